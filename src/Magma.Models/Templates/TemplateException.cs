namespace Magma.Models.Templates;

/// <summary>When a chat template failed.</summary>
public enum TemplateErrorKind
{
    /// <summary>The template's text is wrong: found while reading it.</summary>
    Syntax,

    /// <summary>The template met a value that it cannot use, or a limit of size, steps or depth.</summary>
    Runtime,

    /// <summary>The template called <c>raise_exception</c>: the message is its own.</summary>
    Raised,
}

/// <summary>A chat template that cannot be read or cannot be rendered with the given values.</summary>
public sealed class TemplateException(TemplateErrorKind kind, string message) : Exception(message)
{
    /// <summary>When it failed.</summary>
    public TemplateErrorKind Kind { get; } = kind;

    internal static TemplateException Syntax(int line, string message) => new(TemplateErrorKind.Syntax, $"line {line}: {message}");

    internal static TemplateException Runtime(string message) => new(TemplateErrorKind.Runtime, message);
}
