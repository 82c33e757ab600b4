using Magma.Annotation.Pages;
using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Evaluation;

/// <summary>Whether an element must be found, and if not, why.</summary>
public enum TruthDemand
{
    /// <summary>It must be found. Finding anything else on this list is neither asked for nor wrong.</summary>
    Must,

    /// <summary>A link inside running text.</summary>
    InlineLink,

    /// <summary>It holds two or more other elements, or fills much of the picture.</summary>
    Container,

    /// <summary>The edge of the picture leaves only a sliver of it.</summary>
    CutOff,

    /// <summary>It is disabled, or a link without an address: it looks like what can be used.</summary>
    Unusable,

    /// <summary>A canvas: of what is drawn on it, such as a chart's legend, the document does not tell whether it can be used.</summary>
    Canvas,
}

/// <summary>An element that a parser should have found, or may find.</summary>
/// <param name="Box">Where, in pixels of the picture.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Demand">Whether it must be found.</param>
/// <param name="Name">What it is called, for the report.</param>
/// <param name="Parts">Of a link over several lines their boxes, of a check box its own and its label's; null for everything else.</param>
public readonly record struct TruthElement(
    PixelBox Box, ElementKind Kind, TruthDemand Demand, string Name, IReadOnlyList<PixelBox>? Parts = null)
{
    /// <summary>Whether finding it is neither asked for nor wrong.</summary>
    public bool Optional => Demand != TruthDemand.Must;

    /// <summary>The boxes that are right for it: its own, each of its parts, and the one around them.</summary>
    public IReadOnlyList<PixelBox> Boxes => Parts is null ? [Box] : [Box, .. Parts, Parts.Aggregate((one, other) => one.Union(other))];
}

/// <summary>Which elements of a captured page a parser of its picture is held to.</summary>
public static class ScreenTruth
{
    /// <summary>The rules in words, for reports.</summary>
    public const string Rules =
        "Truth are the interactable elements of the page's document that are visible and that a hit test reaches at their centre, of at least 8 pixels "
        + "a side and whose pixels show something (links whose icon did not load show nothing). Of nested ones with nearly the same box (IoU above 0.8) one counts. Optional, so neither missed nor false: links inside running "
        + "text (their recall has a row of its own), further boxes on the lines of a link that wraps or on the label of a check box (each of them and all together are right boxes for it), elements that hold two or more other ones or fill more than a third of the picture, boxes cut "
        + "off by the edge of the picture to less than 16 pixels, disabled controls and links without an address (they look like usable ones), and what lies on a canvas with nothing else over it "
        + "(a chart's legend may react to clicks, the document does not tell).";

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
            TruthDemand demand = container ? TruthDemand.Container : one.Inline ? TruthDemand.InlineLink : cutOff ? TruthDemand.CutOff : TruthDemand.Must;
            truth.Add(new TruthElement(box, one.Element.Kind, demand, NameOf(one), one.Parts.Count > 1 ? one.Parts : null));
        }

        truth.AddRange(elements.Where(LooksUsable).Select(one => new TruthElement(one.Element.Box, one.Element.Kind, TruthDemand.Unusable, NameOf(one))));
        truth.AddRange(elements.Where(one => one.Tag == "canvas" && !one.Element.Interactable && !IsCovered(one, elements))
            .Select(one => new TruthElement(one.Element.Box, one.Element.Kind, TruthDemand.Canvas, NameOf(one))));
        return truth;
    }

    private static string NameOf(PageElement one) => one.Name.Length > 0 ? one.Name : one.Role;

    private static bool LooksUsable(PageElement one) =>
        !one.Element.Interactable && (one.Tag == "a" || one.Element.Kind is ElementKind.Button or ElementKind.Link or ElementKind.Input or ElementKind.Choice);

    // Charts lie bare; what lies on the canvas behind a page is the page's.
    private static bool IsCovered(PageElement canvas, IReadOnlyList<PageElement> elements)
    {
        PixelBox box = canvas.Element.Box;
        return elements.Any(other => other != canvas && box.Contains(other.Element.Box.Center) && other.Element.Box.Intersect(box).Area < 0.999 * box.Area);
    }
}
