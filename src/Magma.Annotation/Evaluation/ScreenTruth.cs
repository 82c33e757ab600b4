using Magma.Annotation.Pages;
using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Evaluation;

/// <summary>An element that a parser should have found, or may find.</summary>
/// <param name="Box">Where, in pixels of the picture.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Optional">Whether finding it is neither asked for nor wrong.</param>
/// <param name="Inline">Whether it is a link inside running text.</param>
/// <param name="CutOff">Whether the edge of the picture leaves only a sliver of it.</param>
/// <param name="Name">What it is called, for the report.</param>
/// <param name="Lines">Of a link over several lines their boxes; null for everything else.</param>
public readonly record struct TruthElement(
    PixelBox Box, ElementKind Kind, bool Optional, bool Inline, bool CutOff, string Name, IReadOnlyList<PixelBox>? Lines = null)
{
    /// <summary>The boxes that are right for it: its own, each of its lines, and the one around them.</summary>
    public IReadOnlyList<PixelBox> Boxes => Lines is null ? [Box] : [Box, .. Lines, Lines.Aggregate((one, other) => one.Union(other))];
}

/// <summary>Which elements of a captured page a parser of its picture is held to.</summary>
public static class ScreenTruth
{
    /// <summary>The rules in words, for reports.</summary>
    public const string Rules =
        "Truth are the interactable elements of the page's document that are visible and that a hit test reaches at their centre, of at least 8 pixels "
        + "a side and whose pixels show something (links whose icon did not load show nothing). Of nested ones with nearly the same box (IoU above 0.8) one counts. Optional, so neither missed nor false: links inside running "
        + "text (their recall has a row of its own), further boxes on the lines of a link that wraps, elements that hold two or more other ones or fill more than a third of the picture, and boxes cut "
        + "off by the edge of the picture to less than 16 pixels.";

    private const double LeastSide = 8;
    private const double LargestShare = 1.0 / 3;
    private const double LeastAtEdge = 16;

    /// <summary>
    /// Boxes without a step of more than this between neighbouring pixels, of 255, show nothing: a light grey outline on white is a step of 9, backgrounds
    /// that change slowly have steps of 1 or 2.
    /// </summary>
    public const byte Faintest = 6;

    /// <summary>Picks the elements that count.</summary>
    /// <param name="elements">What the page's document says.</param>
    /// <param name="image">The picture, without marks.</param>
    public static IReadOnlyList<TruthElement> Of(IReadOnlyList<PageElement> elements, Image image)
    {
        PixelSize size = image.Size;
        int[] usable = [.. PageMarks.Choose(elements).Where(index => elements[index].Element.Interactable)];
        var held = new Dictionary<int, int>();
        foreach (int index in usable)
        {
            for (int? at = elements[index].Parent; at is { } outer; at = elements[outer].Parent) held[outer] = held.GetValueOrDefault(outer) + 1;
        }

        var truth = new List<TruthElement>(usable.Length);
        foreach (int index in usable)
        {
            PageElement one = elements[index];
            PixelBox box = one.Element.Box;
            if (Math.Min(box.Width, box.Height) < LeastSide || image.IsEven(box, Faintest)) continue;
            bool cutOff = (box.X1 <= 0 || box.Y1 <= 0 || box.X2 >= size.Width || box.Y2 >= size.Height) && Math.Min(box.Width, box.Height) < LeastAtEdge;
            bool container = held.GetValueOrDefault(index) >= 2 || box.Area > LargestShare * size.Width * size.Height;
            truth.Add(new TruthElement(
                box, one.Element.Kind, one.Inline || container || cutOff, one.Inline, cutOff, one.Name.Length > 0 ? one.Name : one.Role,
                one.Lines.Count > 1 ? one.Lines : null));
        }

        return truth;
    }
}
