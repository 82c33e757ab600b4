using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// One picture of a screen with its elements, what holds what, the order in which they are read, and numbers that stay with the elements from one
/// picture of the screen to the next.
/// </summary>
public sealed record ScreenFrame
{
    private ScreenFrame(PixelSize size, IReadOnlyList<ScreenElement> elements, IReadOnlyList<int> ids, int nextId)
    {
        (Size, Elements, Ids, NextId) = (size, elements, ids, nextId);
        Parents = ScreenLayout.Parents(elements);
        ReadingOrder = ScreenLayout.ReadingOrder(elements, Parents);
    }

    /// <summary>The size of the picture.</summary>
    public PixelSize Size { get; }

    /// <summary>What is on it, in the order of the marks.</summary>
    public IReadOnlyList<ScreenElement> Elements { get; }

    /// <summary>A number per element, never given twice on one screen.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>Per element the index of the smallest element that holds it; null where none does.</summary>
    public IReadOnlyList<int?> Parents { get; }

    /// <summary>The indexes of the elements as one reads them: row by row, what an element holds directly after it.</summary>
    public IReadOnlyList<int> ReadingOrder { get; }

    // Numbers below were given on this screen already, if only to things that are gone.
    private int NextId { get; }

    /// <summary>The first picture of a screen: numbers count from 0 in the order of the elements.</summary>
    /// <param name="size">The size of the picture.</param>
    /// <param name="elements">What is on it.</param>
    public static ScreenFrame First(PixelSize size, IReadOnlyList<ScreenElement> elements) =>
        new(size, elements, [.. Enumerable.Range(0, elements.Count)], elements.Count);

    /// <summary>
    /// The next picture of the same screen: an element that was there before keeps its number, found again by kind, text and place
    /// (<see cref="ElementMatching"/>); what is new gets the next free numbers in the order of the elements.
    /// </summary>
    /// <param name="size">The size of the picture.</param>
    /// <param name="elements">What is on it.</param>
    public ScreenFrame Next(PixelSize size, IReadOnlyList<ScreenElement> elements)
    {
        IReadOnlyList<int?> before = ElementMatching.Match(Elements, elements);
        int next = NextId;
        int[] ids = [.. before.Select(index => index is { } known ? Ids[known] : next++)];
        return new ScreenFrame(size, elements, ids, next);
    }
}
