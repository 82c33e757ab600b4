using Magma.Vision;

namespace Magma.Data;

/// <summary>Thins a detector's boxes: of boxes that overlap much, the best scored one stays.</summary>
public static class NonMaximumSuppression
{
    /// <summary>
    /// Greedy suppression: the best scored box stays, every later one whose intersection over union with a kept box is above the limit
    /// goes.
    /// </summary>
    /// <param name="boxes">Boxes in one unit, usually pixels.</param>
    /// <param name="scores">A score per box; higher is better, equal scores keep the order of the boxes.</param>
    /// <param name="limit">Intersection over union above which a box goes, 0 to 1; the reference uses 0.1 for icons.</param>
    /// <returns>Indexes of the kept boxes, best score first.</returns>
    /// <exception cref="ArgumentException">The two lists differ in length.</exception>
    public static IReadOnlyList<int> Keep(IReadOnlyList<PixelBox> boxes, IReadOnlyList<double> scores, double limit)
    {
        if (boxes.Count != scores.Count) throw new ArgumentException($"{boxes.Count} boxes came with {scores.Count} scores.");
        var kept = new List<int>();
        foreach (int candidate in Enumerable.Range(0, boxes.Count).OrderByDescending(index => scores[index]))
        {
            if (kept.All(other => boxes[other].IntersectionOverUnion(boxes[candidate]) <= limit)) kept.Add(candidate);
        }

        return kept;
    }
}
