using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Cuts a line that is too long to be read at once, where it can be between words: the recogniser's attention costs the square of the
/// length, and a picture may be a single line of any length.
/// </summary>
internal static class LongLines
{
    // In heights of the line.
    private const double MostAspect = 36;

    private const int Rows = 12;

    // Share of the strongest contrast in the line below which a column counts as empty.
    private const float Empty = 0.15f;

    // In heights of the line; the blank of common typefaces is a fifth to a quarter of the line's height.
    private const double WordGap = 0.14;

    private static readonly PlaneFormat Format = new((0, 0, 0), (1, 1, 1));

    /// <summary>The line in pieces from left to right, and whether a blank goes before each.</summary>
    public static IEnumerable<(Quad Quad, bool SpaceBefore)> Split(Image image, Quad line)
    {
        double aspect = line.Width / line.Height;
        if (aspect <= MostAspect)
            return [(line, false)];
        int count = (int)Math.Ceiling(aspect / (MostAspect * 0.8));
        return Cut(image, line, count);
    }

    private static IEnumerable<(Quad Quad, bool SpaceBefore)> Cut(Image image, Quad line, int count)
    {
        double previous = 0;
        bool space = false;
        for (int i = 1; i < count; i++)
        {
            (double at, bool wide) = Gap(image, line, (double)i / count, 0.4 / count);
            yield return (Part(line, previous, at), space);
            (previous, space) = (at, wide);
        }
        yield return (Part(line, previous, 1), space);
    }

    // The widest empty stretch around a place, as a fraction of the line's length; the least inked column where nothing is empty.
    private static (double At, bool Wide) Gap(Image image, Quad line, double around, double reach)
    {
        double from = around - reach, to = around + reach;
        Quad part = Part(line, from, to);
        int columns = Math.Max(8, (int)(Rows * 2 * part.Width / part.Height));
        var planes = new float[3 * columns * Rows];
        image.CopyPlanes(part, new(columns, Rows), Format, planes, new(columns, Rows), Interpolation.Area);
        var contrast = new float[columns];
        for (int x = 0; x < columns; x++)
        {
            for (int c = 0; c < 3; c++)
            {
                float low = float.MaxValue, high = float.MinValue;
                for (int y = 0; y < Rows; y++)
                {
                    float value = planes[(c * Rows + y) * columns + x];
                    (low, high) = (Math.Min(low, value), Math.Max(high, value));
                }
                contrast[x] = Math.Max(contrast[x], high - low);
            }
        }
        float limit = Empty * contrast.Max();
        int best = Array.IndexOf(contrast, contrast.Min()), length = 0;
        for (int x = 0; x < columns;)
        {
            int end = x;
            while (end < columns && contrast[end] <= limit)
                end++;
            if (end - x > length)
                (best, length) = ((x + end) / 2, end - x);
            x = end + 1;
        }
        return (from + (to - from) * (best + 0.5) / columns, length > WordGap * Rows * 2);
    }

    private static Quad Part(Quad line, double from, double to)
    {
        PixelPoint At(PixelPoint a, PixelPoint b, double t) => new(a.X + (b.X - a.X) * t, a.Y + (b.Y - a.Y) * t);
        return new(
            At(line.TopLeft, line.TopRight, from), At(line.TopLeft, line.TopRight, to),
            At(line.BottomLeft, line.BottomRight, to), At(line.BottomLeft, line.BottomRight, from));
    }
}
