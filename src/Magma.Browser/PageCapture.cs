using Magma.Vision;

namespace Magma.Browser;

/// <summary>A page as it was seen once: its picture, and what the document says is on it.</summary>
/// <param name="Screenshot">A PNG file of viewport × device scale pixels.</param>
/// <param name="Size">The picture's size, in pixels.</param>
/// <param name="Elements">What can be seen on it, in document order.</param>
/// <param name="Address">The address after redirects.</param>
/// <param name="Title">The page's title; empty when it has none.</param>
/// <param name="Settled">Whether the page came to rest within its limits; a page that never does is taken as it is then.</param>
/// <param name="Complete">Whether all elements are listed; false when the page shows more than <see cref="MostElements"/>.</param>
public sealed record PageCapture(
    byte[] Screenshot, PixelSize Size, IReadOnlyList<PageElement> Elements, string Address, string Title, bool Settled, bool Complete)
{
    /// <summary>How many elements of a page are listed at most.</summary>
    public const int MostElements = 5000;
}
