using System.Text.Json.Nodes;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Annotation;

/// <summary>
/// Keeps windows of a video that show what their text says: some evenly spaced frames are compared with it, and the best of them must be
/// good enough. (The reference's values: four frames, 0.25 with CLIP ViT-L/14 at 336 pixels.)
/// </summary>
/// <param name="scorer">The model; stays the caller's. Several labellers may share it.</param>
/// <param name="threshold">The least score that keeps a window, -1 to 1.</param>
public sealed class ImageTextFilter(ClipScorer scorer, double threshold = ImageTextFilter.ReferenceThreshold)
{
    /// <summary>The reference's threshold.</summary>
    public const double ReferenceThreshold = 0.25;

    private const int ComparedFrames = 4;

    /// <summary>The best score of a window's frames.</summary>
    public double Score(string text, IReadOnlyList<Image> frames, CancellationToken cancel)
    {
        IEnumerable<int> places = Enumerable.Range(0, ComparedFrames).Select(index => index * (frames.Count - 1) / (ComparedFrames - 1))
            .Distinct();
        return scorer.Score(text, [.. places.Select(place => frames[place])], cancel).Max();
    }

    /// <summary>Whether a window of this score is kept.</summary>
    public bool Keeps(double score) => score >= threshold;

    /// <summary>The filter as it stands in plan and manifest.</summary>
    public JsonObject ToJson() => new() { ["model_sha256"] = scorer.Hash, ["threshold"] = threshold, ["frames"] = ComparedFrames };
}
