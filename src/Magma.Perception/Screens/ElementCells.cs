using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>Reads the output of <see cref="ElementNetwork"/>: cells to boxes, boxes without doubles.</summary>
public static class ElementCells
{
    // Boxes of one element agree at least so much; the boxes of neighbours hardly do.
    private const double SameElement = 0.5;

    // A box that lies in a better one of the same kind is a part of it: links and fields hold no others.
    private const double Part = 0.8;

    // Cells so sure have a say in how far an element reaches.
    private const double Heard = 0.15;

    /// <summary>The greatest logarithm of a side that counts, in training as in use: e^5.5 cells are longer than any screen.</summary>
    public const double LongestSide = 5.5;

    /// <summary>How pictures are given to the network: red, green, blue about zero.</summary>
    public static PlaneFormat Format { get; } = new((127.5f, 127.5f, 127.5f), (64, 64, 64));

    /// <summary>
    /// Finds elements, each once. Where it cannot be seen how far an element reaches, its cells say different things: their mean is right more often than the
    /// surest one.
    /// </summary>
    /// <param name="output">Presence, sides and kinds, one map after another, of one picture.</param>
    /// <param name="columns">Cells per row.</param>
    /// <param name="rows">Rows of cells.</param>
    /// <param name="least">The least presence that counts, 0 to 1.</param>
    /// <returns>Boxes in pixels of what the network was given, best first.</returns>
    public static IReadOnlyList<DetectedIcon> Find(ReadOnlySpan<float> output, int columns, int rows, double least)
    {
        IReadOnlyList<DetectedIcon> cells = Decode(output, columns, rows, Math.Min(least, Heard));
        IReadOnlyList<DetectedIcon> best = WithoutDoubles([.. cells.TakeWhile(cell => cell.Confidence >= least)]);
        return [.. best.Select(one => one with { Box = MeanOf([.. cells.Select(cell => cell.Box).Where(box => IsSame(box, one.Box))]) })];
    }

    /// <summary>Makes boxes of cells.</summary>
    /// <param name="output">Presence, sides and kinds, one map after another, of one picture.</param>
    /// <param name="columns">Cells per row.</param>
    /// <param name="rows">Rows of cells.</param>
    /// <param name="least">The least presence that counts, 0 to 1.</param>
    /// <returns>Boxes in pixels of what the network was given, best first, with doubles.</returns>
    public static IReadOnlyList<DetectedIcon> Decode(ReadOnlySpan<float> output, int columns, int rows, double least)
    {
        int cells = columns * rows;
        if (output.Length != cells * ElementArchitecture.Outputs)
            throw new ArgumentException($"{rows} rows of {columns} cells have {cells * ElementArchitecture.Outputs} values, {output.Length} were given.");
        double limit = Math.Log(least / (1 - least));
        var found = new List<DetectedIcon>();
        for (int cell = 0; cell < cells; cell++)
        {
            float presence = output[cell];
            if (!(presence >= limit)) continue;
            double x = ((cell % columns) + 0.5) * ElementArchitecture.Stride, y = ((cell / columns) + 0.5) * ElementArchitecture.Stride;
            double left = x - Side(output[cells + cell]), top = y - Side(output[(2 * cells) + cell]);
            double right = x + Side(output[(3 * cells) + cell]), bottom = y + Side(output[(4 * cells) + cell]);
            int kind = 0;
            for (int other = 1; other < ElementKinds.All.Count; other++)
            {
                if (output[((5 + other) * cells) + cell] > output[((5 + kind) * cells) + cell]) kind = other;
            }

            found.Add(new DetectedIcon(new PixelBox(left, top, right, bottom), 1 / (1 + Math.Exp(-presence)), ElementKinds.All[kind]));
        }

        return [.. found.OrderByDescending(one => one.Confidence)];
    }

    /// <summary>Takes out doubles: of boxes that overlap much, and of a box in another one of its kind, the better one stays.</summary>
    /// <param name="found">Boxes, best first.</param>
    public static IReadOnlyList<DetectedIcon> WithoutDoubles(IReadOnlyList<DetectedIcon> found)
    {
        var kept = new List<DetectedIcon>();
        foreach (DetectedIcon one in found)
        {
            bool known = kept.Any(other =>
            {
                if (IsSame(one.Box, other.Box)) return true;
                double share = one.Box.Intersect(other.Box).Area / Math.Min(one.Box.Area, other.Box.Area);
                return share > Part && one.Kind == other.Kind;
            });
            if (!known) kept.Add(one);
        }

        return kept;
    }

    private static bool IsSame(PixelBox one, PixelBox other) => one.IntersectionOverUnion(other) > SameElement;

    private static PixelBox MeanOf(PixelBox[] boxes) =>
        new(boxes.Average(box => box.X1), boxes.Average(box => box.Y1), boxes.Average(box => box.X2), boxes.Average(box => box.Y2));

    private static double Side(float logarithm) => ElementArchitecture.Stride * Math.Exp(Math.Clamp((double)logarithm, -LongestSide, LongestSide));
}
