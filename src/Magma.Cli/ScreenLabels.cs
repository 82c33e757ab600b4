using Magma.Annotation.Evaluation;
using Magma.Browser;
using Magma.Data;
using Magma.Training.Elements;
using Magma.Vision;

namespace Magma.Cli;

/// <summary>What the element detector learns of a captured page: what evaluation holds a parser to, and pictures.</summary>
internal static class ScreenLabels
{
    private const double LeastPicture = 24;
    private const double SameBox = 0.5;

    /// <summary>The elements to learn from, in pixels.</summary>
    /// <param name="elements">What the page's document says.</param>
    /// <param name="image">The picture, without marks.</param>
    public static IReadOnlyList<LabelledElement> Of(IReadOnlyList<PageElement> elements, Image image)
    {
        IReadOnlyList<TruthElement> truth = ScreenTruth.Of(elements, image);
        var labels = new List<LabelledElement>();
        foreach (TruthElement one in truth)
        {
            // Containers of other elements, and canvases, are none to the network. Links in running text look like others; what the edge cut off, or what
            // only looks like a control, may be taken for anything.
            if (one.Demand is TruthDemand.Must or TruthDemand.InlineLink) labels.Add(new LabelledElement(one.Box, one.Kind, Unsure: false));
            if (one.Demand is TruthDemand.CutOff or TruthDemand.Unusable) labels.Add(new LabelledElement(one.Box, one.Kind, Unsure: true));
        }

        labels.AddRange(elements.Select(one => one.Element)
            .Where(one => one.Kind == ElementKind.Image && !one.Interactable && Math.Min(one.Box.Width, one.Box.Height) >= LeastPicture
                && !image.IsEven(one.Box, ScreenTruth.Faintest) && !truth.Any(other => other.Box.IntersectionOverUnion(one.Box) > SameBox))
            .Select(one => new LabelledElement(one.Box, ElementKind.Image, Unsure: false)));
        return labels;
    }
}
