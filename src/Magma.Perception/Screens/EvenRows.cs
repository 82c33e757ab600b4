using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Makes the links of a menu equally wide. Where nothing shows how far a row reaches, detected boxes shrink from row to row down to the words; but rows of one
/// menu reach equally far, and where some of them end at one place, as words of different lengths do not, it is known how far.
/// </summary>
/// <remarks>Lengths are given in heights of a row, so that they hold for any number of pixels per CSS pixel.</remarks>
internal static class EvenRows
{
    private const int LeastRows = 4;
    private const double MostWidth = 12;

    // So many rows that end at one place are no chance.
    private const int Witnesses = 3;
    private const double SamePlace = 0.15;

    // Rows that follow each other in one menu; those below an entry are indented, and may be lower.
    private const double MostIndent = 1;
    private const double LeastCommon = 0.6;
    private const double SameHeight = 0.6;
    private const double LeastPitch = 0.75;
    private const double MostPitch = 2.5;

    /// <summary>Widens rows.</summary>
    /// <param name="found">What was found on a screen, in pixels.</param>
    /// <returns>The same in the same order, some with wider boxes.</returns>
    public static IReadOnlyList<DetectedIcon> Widen(IReadOnlyList<DetectedIcon> found)
    {
        DetectedIcon[] widened = [.. found];
        IEnumerable<int> links = Enumerable.Range(0, found.Count)
            .Where(index => found[index].Kind == ElementKind.Link && found[index].Box.Width < MostWidth * found[index].Box.Height)
            .OrderBy(index => found[index].Box.Center.Y);
        foreach (List<int> column in Columns.Of(links, LeastRows, (column, next) => Continues(found[column[^1]].Box, found[next].Box)))
        {
            PixelBox[] rows = [.. column.Select(index => found[index].Box)];
            double height = rows.Select(row => row.Height).Order().ElementAt(rows.Length / 2);
            if (FarthestEnd([.. rows.Select(row => row.X2)], height) is not { } right) continue;
            if (FarthestEnd([.. rows.Select(row => -row.X1)], height) is not { } left || right + left > MostWidth * height) continue;
            foreach (int index in column)
            {
                PixelBox row = found[index].Box;
                widened[index] = found[index] with { Box = new PixelBox(Math.Min(row.X1, -left), row.Y1, Math.Max(row.X2, right), row.Y2) };
            }
        }

        return widened;
    }

    private static bool Continues(PixelBox last, PixelBox next)
    {
        double height = (last.Height + next.Height) / 2, pitch = next.Center.Y - last.Center.Y;
        double common = Math.Min(last.X2, next.X2) - Math.Max(last.X1, next.X1);
        return common > LeastCommon * Math.Min(last.Width, next.Width)
            && Math.Min(Math.Abs(next.X1 - last.X1), Math.Abs(next.X2 - last.X2)) <= MostIndent * height
            && Math.Abs(next.Height - last.Height) < SameHeight * height && pitch > LeastPitch * height && pitch < MostPitch * height;
    }

    private static double? FarthestEnd(double[] ends, double height)
    {
        foreach (double end in ends.OrderDescending())
        {
            if (ends.Count(other => Math.Abs(other - end) <= SamePlace * height) >= Witnesses) return end;
        }

        return null;
    }
}
