using Magma.Vision;

namespace Magma.Annotation.Evaluation;

/// <summary>Which boxes of a parser belong to which elements of the truth, one to one.</summary>
/// <param name="OfTruth">For every element the index of the box that found it; null where none did.</param>
/// <param name="False">Boxes that found nothing, not even something optional.</param>
/// <param name="Open">How many boxes lie on something optional and count neither way.</param>
public sealed record ScreenMatch(IReadOnlyList<int?> OfTruth, IReadOnlyList<int> False, int Open)
{
    private const double SameBox = 0.5;

    /// <summary>Matches boxes that overlap with an intersection over union of at least 0.5, the closest first.</summary>
    public static ScreenMatch ByOverlap(IReadOnlyList<TruthElement> truth, IReadOnlyList<PixelBox> boxes) =>
        Match(truth, boxes, (element, box) => element.Boxes.Max(right => right.IntersectionOverUnion(box)) is var overlap && overlap >= SameBox ? overlap : null);

    /// <summary>Matches boxes whose centre lies in the element, so that a click on it would do; the closest in extent first.</summary>
    public static ScreenMatch ByCentre(IReadOnlyList<TruthElement> truth, IReadOnlyList<PixelBox> boxes) =>
        Match(truth, boxes, (element, box) => (element.Parts ?? [element.Box]).Any(right => right.Contains(box.Center))
            ? element.Boxes.Max(right => right.IntersectionOverUnion(box))
            : null);

    private static ScreenMatch Match(IReadOnlyList<TruthElement> truth, IReadOnlyList<PixelBox> boxes, Func<TruthElement, PixelBox, double?> closeness)
    {
        var pairs = new List<(double Closeness, int Element, int Box)>();
        for (int element = 0; element < truth.Count; element++)
        {
            for (int box = 0; box < boxes.Count; box++)
            {
                if (closeness(truth[element], boxes[box]) is { } close) pairs.Add((close, element, box));
            }
        }

        var ofTruth = new int?[truth.Count];
        var taken = new bool[boxes.Count];
        // What must be found goes first: an optional container does not take the box of the button in it.
        foreach ((_, int element, int box) in pairs.OrderBy(pair => truth[pair.Element].Optional).ThenByDescending(pair => pair.Closeness)
            .ThenBy(pair => pair.Element).ThenBy(pair => pair.Box))
        {
            if (ofTruth[element] is not null || taken[box]) continue;
            (ofTruth[element], taken[box]) = (box, true);
        }

        // A second box on something optional, on the next line of a link or on a label is no fault either: its extent is open.
        bool[] excused = [.. boxes.Select(box => truth.Any(element =>
            element.Demand is TruthDemand.Canvas or TruthDemand.Unusable && element.Box.Contains(box.Center)))];
        foreach ((_, int element, int box) in pairs) excused[box] |= truth[element].Optional || truth[element].Parts is not null;
        int[] wrong = [.. Enumerable.Range(0, boxes.Count).Where(box => !taken[box] && !excused[box])];
        int right = Enumerable.Range(0, truth.Count).Count(element => ofTruth[element] is not null && !truth[element].Optional);
        return new ScreenMatch(ofTruth, wrong, boxes.Count - wrong.Length - right);
    }
}
