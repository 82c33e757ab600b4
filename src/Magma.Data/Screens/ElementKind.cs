namespace Magma.Data;

/// <summary>What a screen element is, as far as its source can tell.</summary>
public enum ElementKind
{
    /// <summary>A run of text that is not known to do anything.</summary>
    Text,

    /// <summary>A title (h1, h2, … where the source is a document).</summary>
    Heading,

    /// <summary>A small picture or glyph; what a detector of controls reports when it cannot tell more.</summary>
    Icon,

    /// <summary>A picture that is content.</summary>
    Image,

    /// <summary>A push button.</summary>
    Button,

    /// <summary>A link.</summary>
    Link,

    /// <summary>A field to type into.</summary>
    Input,

    /// <summary>Something to choose: check box, radio button, switch, option, drop-down list.</summary>
    Choice,

    /// <summary>A region that holds other elements: navigation, form, dialog.</summary>
    Region,
}
