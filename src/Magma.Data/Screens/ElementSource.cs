namespace Magma.Data;

/// <summary>Where a screen element was learned from.</summary>
public enum ElementSource
{
    /// <summary>Text recognition on the pixels.</summary>
    Ocr,

    /// <summary>A detector of icons and controls on the pixels.</summary>
    Detector,

    /// <summary>The document object model of a page.</summary>
    Dom,

    /// <summary>The accessibility tree of a page or an application.</summary>
    Accessibility,

    /// <summary>The labels of a data set that somebody else made.</summary>
    Dataset,
}
