using Magma.Perception;
using Magma.Vision;

namespace Magma.Training.Elements;

/// <summary>Says which cells of a part of a screen should find which element.</summary>
internal static class ElementTargets
{
    // The middle of an element: this share of its half extents around its centre, at least a good half cell.
    private const double MiddleShare = 0.6;
    private const double LeastMiddle = 5;

    // Of an element cut off by the part's edge, more than this must be there.
    private const double LeastSeen = 0.6;

    // A large element counts as much as this many cells.
    private const double MostCells = 9;

    /// <summary>Adds a part's cells to a batch's lists.</summary>
    /// <param name="elements">Elements in pixels of the part; they may stick out of it.</param>
    /// <param name="side">The part's width and height, in pixels.</param>
    /// <param name="known">The part's cells, all 1 at first.</param>
    /// <param name="first">The place of the part's first cell in the batch.</param>
    /// <param name="lists">What is found where.</param>
    public static void Add(IReadOnlyList<LabelledElement> elements, int side, Span<float> known, int first, ElementLists lists)
    {
        int row = side / ElementNetwork.Stride;
        var part = new PixelBox(0, 0, side, side);
        int[] owner = new int[row * row];
        Array.Fill(owner, -1);
        (LabelledElement Element, PixelBox Seen)[] seen =
        [
            .. elements.Select(element => (element, element.Box.Intersect(part))).Where(one => one.Item2.Area > 0)
                .OrderByDescending(one => one.element.Box.Area),
        ];
        for (int index = 0; index < seen.Length; index++)
        {
            (LabelledElement element, PixelBox box) = seen[index];
            bool unsure = element.Unsure || box.Area < LeastSeen * element.Box.Area;
            // Smaller elements come later and take cells over.
            foreach (int cell in unsure ? CellsIn(box, row) : MiddleOf(box, row)) owner[cell] = unsure ? -2 - index : index;
        }

        for (int cell = 0; cell < owner.Length; cell++)
        {
            if (owner[cell] <= -2) known[cell] = 0;
        }

        var counts = new Dictionary<int, int>();
        foreach (int index in owner.Where(index => index >= 0)) counts[index] = counts.GetValueOrDefault(index) + 1;
        for (int cell = 0; cell < owner.Length; cell++)
        {
            if (owner[cell] < 0) continue;
            (LabelledElement element, PixelBox box) = seen[owner[cell]];
            lists.Cells.Add(first + cell);
            lists.Sides.AddRange([Cell(box.X1), Cell(box.Y1), Cell(box.X2), Cell(box.Y2)]);
            lists.Kinds.Add(ElementKinds.IndexOf(element.Kind));
            lists.Weights.Add((float)Math.Min(1, MostCells / counts[owner[cell]]));
        }
    }

    private static IEnumerable<int> MiddleOf(PixelBox box, int row)
    {
        double x = Math.Min(Math.Max(box.Width / 2 * MiddleShare, LeastMiddle), box.Width / 2);
        double y = Math.Min(Math.Max(box.Height / 2 * MiddleShare, LeastMiddle), box.Height / 2);
        PixelPoint centre = box.Center;
        int[] cells = [.. CellsIn(new PixelBox(centre.X - x, centre.Y - y, centre.X + x, centre.Y + y), row)];
        if (cells.Length > 0) return cells;
        int column = Math.Min(row - 1, (int)(centre.X / ElementNetwork.Stride)), line = Math.Min(row - 1, (int)(centre.Y / ElementNetwork.Stride));
        return [(line * row) + column];
    }

    // Cells whose middle lies in a box.
    private static IEnumerable<int> CellsIn(PixelBox box, int row)
    {
        (int left, int right) = Range(box.X1, box.X2, row);
        (int top, int bottom) = Range(box.Y1, box.Y2, row);
        for (int line = top; line <= bottom; line++)
        {
            for (int column = left; column <= right; column++) yield return (line * row) + column;
        }
    }

    private static (int First, int Last) Range(double from, double to, int row) => (
        Math.Max(0, (int)Math.Ceiling((from / ElementNetwork.Stride) - 0.5)),
        Math.Min(row - 1, (int)Math.Floor((to / ElementNetwork.Stride) - 0.5)));

    private static float Cell(double pixels) => (float)(pixels / ElementNetwork.Stride);
}

/// <summary>What <see cref="ElementTargets"/> fills; see <see cref="ElementBatch"/>.</summary>
internal sealed class ElementLists
{
    public List<long> Cells { get; } = [];

    public List<float> Sides { get; } = [];

    public List<long> Kinds { get; } = [];

    public List<float> Weights { get; } = [];
}
