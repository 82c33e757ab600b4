namespace Magma.Browser;

/// <summary>A value that a field of a captured page is given, as if a user had typed or chosen it.</summary>
/// <param name="Element">The field's index in the elements of the capture that it was seen on.</param>
/// <param name="Value">The text to type, or the text of the option to choose.</param>
public readonly record struct PageEdit(int Element, string Value);
