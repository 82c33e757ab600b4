using Magma.Data;
using Magma.Vision;

namespace Magma.Browser;

/// <summary>An element that a page shows, as its document describes it.</summary>
/// <param name="Element">
/// The common record: the visible part of its box in screenshot pixels, the text it shows, its kind. A click on the middle of the box hits the element: of
/// a link that wraps, the box is the one around its lines where it stands alone, they fill it and its middle hits, otherwise that of the largest line.
/// </param>
/// <param name="Tag">The tag's name in lower case.</param>
/// <param name="Role">
/// ARIA role, given or implied; <c>clickable</c> for what reacts to clicks without having a role; empty where there is none. A label that is drawn in
/// place of its hidden check box has the role of the check box.
/// </param>
/// <param name="Name">Accessible name (after W3C accname, simplified); empty where there is none.</param>
/// <param name="InputType">For fields: the <c>type</c> of an input, <c>textarea</c> or <c>select</c>; null for everything else.</param>
/// <param name="Value">
/// For fields: the value, <c>checked</c> or <c>unchecked</c>, the chosen option's text; bullets for a password; null for everything else.
/// </param>
/// <param name="Inline">Whether it is a link or the like inside running text.</param>
/// <param name="Parent">The index of the element around it in the same list; null at the top. Always less than its own.</param>
public sealed record PageElement(
    ScreenElement Element, string Tag, string Role, string Name, string? InputType, string? Value, bool Inline, int? Parent)
{
    /// <summary>
    /// Where a click does the same, in screenshot pixels: the lines of a link that wraps, a check box or radio button and the words of its label; empty for
    /// everything else.
    /// </summary>
    public IReadOnlyList<PixelBox> Parts { get; init; } = [];

    /// <summary>What can be chosen in a list (<c>select</c>), at most 50 texts; empty for everything else.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}
