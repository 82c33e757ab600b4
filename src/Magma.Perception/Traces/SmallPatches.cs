using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Compares small patches around points, by brightness with its mean taken out. The window that flow needs is wide, so beside a moving
/// thing it is drawn along by the thing; a patch of a few pixels tells which of two motions the point itself has.
/// </summary>
/// <param name="before">The frame that the points come from.</param>
/// <param name="after">The frame that they go to, of the same size.</param>
internal readonly ref struct SmallPatches(Image before, Image after)
{
    private const int Radius = 3;
    private const int Side = 2 * Radius + 1;
    private const int Area = Side * Side;
    private const int RefineSteps = 4;
    private const double Settled = 0.03;

    private readonly ReadOnlySpan<byte> _before = before.Pixels;
    private readonly ReadOnlySpan<byte> _after = after.Pixels;
    private readonly int _width = before.Width;
    private readonly int _height = before.Height;

    /// <summary>The variance of brightness in the patch around a point of the first frame.</summary>
    public double Structure(PixelPoint at)
    {
        Span<float> patch = stackalloc float[Area];
        Read(_before, at, patch);
        double sum = 0;
        foreach (float value in patch) sum += value * value;
        return sum / Area;
    }

    /// <summary>The mean square of the difference of two patches, one in each frame.</summary>
    public double Difference(PixelPoint from, PixelPoint to)
    {
        Span<float> first = stackalloc float[Area], second = stackalloc float[Area];
        Read(_before, from, first);
        Read(_after, to, second);
        double sum = 0;
        for (int i = 0; i < Area; i++) sum += (first[i] - second[i]) * (first[i] - second[i]);
        return sum / Area;
    }

    /// <summary>Moves a guess to where the patch fits best nearby, by Gauss-Newton steps over the patch alone.</summary>
    public PixelPoint Refine(PixelPoint from, PixelPoint guess)
    {
        Span<float> patch = stackalloc float[Area], now = stackalloc float[Area];
        Span<float> left = stackalloc float[Area], right = stackalloc float[Area], up = stackalloc float[Area],
            down = stackalloc float[Area];
        Read(_before, from, patch);
        Read(_before, new PixelPoint(from.X - 1, from.Y), left);
        Read(_before, new PixelPoint(from.X + 1, from.Y), right);
        Read(_before, new PixelPoint(from.X, from.Y - 1), up);
        Read(_before, new PixelPoint(from.X, from.Y + 1), down);
        double xx = 0, xy = 0, yy = 0;
        for (int i = 0; i < Area; i++)
        {
            double gx = (right[i] - left[i]) / 2, gy = (down[i] - up[i]) / 2;
            xx += gx * gx;
            xy += gx * gy;
            yy += gy * gy;
        }

        double determinant = xx * yy - xy * xy;
        // Along an edge, and where there is nothing to see, the guess is as good as any.
        if (determinant < 1e-3 * (xx + yy) * (xx + yy) || xx + yy < Area) return guess;
        PixelPoint at = guess;
        for (int step = 0; step < RefineSteps; step++)
        {
            Read(_after, at, now);
            double bx = 0, by = 0;
            for (int i = 0; i < Area; i++)
            {
                double difference = patch[i] - now[i];
                bx += difference * (right[i] - left[i]) / 2;
                by += difference * (down[i] - up[i]) / 2;
            }

            double dx = (yy * bx - xy * by) / determinant, dy = (xx * by - xy * bx) / determinant;
            at = new PixelPoint(at.X + dx, at.Y + dy);
            if (at.DistanceTo(guess) > Radius) return guess;
            if (dx * dx + dy * dy < Settled * Settled) break;
        }

        return at;
    }

    // Green stands for brightness: no conversion, and most of what the eye and a camera see.
    private void Read(ReadOnlySpan<byte> pixels, PixelPoint center, Span<float> patch)
    {
        double x = center.X - 0.5 - Radius, y = center.Y - 0.5 - Radius;
        int x0 = (int)Math.Floor(x), y0 = (int)Math.Floor(y);
        float fx = (float)(x - x0), fy = (float)(y - y0);
        Span<float> row = stackalloc float[(Side + 1) * (Side + 1)];
        for (int j = 0; j <= Side; j++)
        {
            int line = Math.Clamp(y0 + j, 0, _height - 1) * _width;
            for (int i = 0; i <= Side; i++) row[j * (Side + 1) + i] = pixels[3 * (line + Math.Clamp(x0 + i, 0, _width - 1)) + 1];
        }

        float sum = 0;
        for (int j = 0; j < Side; j++)
        {
            for (int i = 0; i < Side; i++)
            {
                int at = j * (Side + 1) + i;
                float above = row[at] + fx * (row[at + 1] - row[at]);
                float below = row[at + Side + 1] + fx * (row[at + Side + 2] - row[at + Side + 1]);
                sum += patch[j * Side + i] = above + fy * (below - above);
            }
        }

        sum /= Area;
        for (int i = 0; i < Area; i++) patch[i] -= sum;
    }
}
