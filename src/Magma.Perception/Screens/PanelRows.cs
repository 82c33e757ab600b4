using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Widens the entries of a menu to the panel they fill. The words of its rows end raggedly and nothing else shows where a row ends, but all of them are
/// used over the panel's whole width.
/// </summary>
/// <remarks>Lengths are given in heights of a row, so that they hold for any number of pixels per CSS pixel.</remarks>
internal static class PanelRows
{
    private const int LeastRows = 4;
    private const double MostWidth = 12;
    private const double LeastWidth = 2;

    // Entries of one menu: one left edge, one height, one even distance.
    private const double Aligned = 0.4;
    private const double SameHeight = 0.35;
    private const double LeastPitch = 0.75;
    private const double MostPitch = 1.9;
    private const double SamePitch = 0.12;
    private const double EvenShare = 0.6;

    // Rows whose boxes end together have been seen as wide as they are.
    private const double LeastRagged = 1;

    // What stands in a row beside its words is narrower.
    private const double Outside = 0.8;
    private const double SameEdge = 0.15;
    private const double EdgeShare = 0.5;
    private const double MostGrowth = 1.5;

    /// <summary>Widens rows.</summary>
    /// <param name="image">The screen.</param>
    /// <param name="found">What was found on it, in pixels.</param>
    /// <returns>The same in the same order, some with wider boxes.</returns>
    public static IReadOnlyList<DetectedIcon> Widen(Image image, IReadOnlyList<DetectedIcon> found)
    {
        DetectedIcon[] widened = [.. found];
        foreach (List<int> column in Columns(found))
        {
            PixelBox[] rows = [.. column.Select(index => found[index].Box)];
            double height = Median(rows.Select(row => row.Height));
            double pitch = Median(Pitches(rows));
            bool even = Pitches(rows).Count(one => Math.Abs(one - pitch) < SamePitch * pitch) >= EvenShare * (rows.Length - 1);
            if (!even || rows.Max(row => row.X2) - rows.Min(row => row.X2) < LeastRagged * height) continue;
            if (PanelOf(image, rows, height) is not { } panel) continue;
            foreach (int index in column)
            {
                PixelBox row = found[index].Box;
                double half = Math.Max(row.Height, Math.Min(pitch, MostGrowth * row.Height)) / 2;
                var wide = new PixelBox(Math.Min(row.X1, panel.Left), row.Center.Y - half, Math.Max(row.X2, panel.Right), row.Center.Y + half);
                widened[index] = found[index] with { Box = wide.Clip(image.Size) };
            }
        }

        return widened;
    }

    private static IEnumerable<List<int>> Columns(IReadOnlyList<DetectedIcon> found)
    {
        var left = Enumerable.Range(0, found.Count)
            .Where(index => found[index].Kind is ElementKind.Link or ElementKind.Button && found[index].Box.Width < MostWidth * found[index].Box.Height)
            .OrderBy(index => found[index].Box.Center.Y).ToList();
        while (left.Count > 0)
        {
            List<int> column = [left[0]];
            left.RemoveAt(0);
            for (int at = 0; at < left.Count;)
            {
                if (Continues(found[column[0]].Box, found[column[^1]].Box, found[left[at]].Box))
                {
                    column.Add(left[at]);
                    left.RemoveAt(at);
                }
                else
                {
                    at++;
                }
            }

            if (column.Count >= LeastRows) yield return column;
        }
    }

    private static bool Continues(PixelBox first, PixelBox last, PixelBox next)
    {
        double height = (last.Height + next.Height) / 2, pitch = next.Center.Y - last.Center.Y;
        bool aligned = Math.Min(Math.Abs(next.X1 - first.X1), Math.Abs(next.X1 - last.X1)) <= Aligned * height;
        return aligned && Math.Abs(next.Height - last.Height) <= SameHeight * height && pitch > LeastPitch * height && pitch < MostPitch * height;
    }

    // Most rows must end at one place on either side.
    private static (double Left, double Right)? PanelOf(Image image, PixelBox[] rows, double height)
    {
        double? left = EdgeOf(row => row.X1 - 2, -1), right = EdgeOf(row => row.X2 + 2, 1);
        if (left is null || right is null) return null;
        double width = right.Value - left.Value;
        return width >= LeastWidth * height && width <= MostWidth * height ? (left.Value, right.Value) : null;

        double? EdgeOf(Func<PixelBox, double> side, int step)
        {
            var edges = new List<double>();
            foreach (PixelBox row in rows)
            {
                int x = (int)Math.Clamp(side(row), 0, image.Width - 1), y = (int)Math.Clamp(row.Center.Y, 0, image.Height - 1);
                int? edge = GroundEdge.Find(image, x, y, step, (int)(MostWidth * height), x, Math.Max(1, (int)(Outside * height)));
                // The last pixel of the ground, on its far side.
                if (edge is { } found) edges.Add(step > 0 ? found + 1 : found);
            }

            if (edges.Count == 0) return null;
            double median = Median(edges);
            return edges.Count(edge => Math.Abs(edge - median) < Math.Max(1, SameEdge * height)) >= EdgeShare * rows.Length ? median : null;
        }
    }

    private static IEnumerable<double> Pitches(PixelBox[] rows) => rows.Zip(rows.Skip(1), (above, below) => below.Center.Y - above.Center.Y);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
