using Magma.Vision;

namespace Magma.Perception.Scenes;

/// <summary>
/// What a surface of a made scene looks like: a picture that is sampled between its pixels and mirrored beyond its edges.
/// </summary>
public sealed class SceneTexture
{
    private readonly PixelSize _size;
    private readonly float[] _rgb;
    private readonly double _pixelsPerUnit;

    private SceneTexture(PixelSize size, float[] rgb, double pixelsPerUnit) => (_size, _rgb, _pixelsPerUnit) = (size, rgb, pixelsPerUnit);

    /// <summary>A photo as a surface.</summary>
    /// <param name="photo">The picture; not needed afterwards.</param>
    /// <param name="width">The width of the surface that it covers once, in the surface's units.</param>
    public static SceneTexture Photo(Image photo, double width)
    {
        ArgumentNullException.ThrowIfNull(photo);
        var rgb = new float[photo.Pixels.Length];
        for (int i = 0; i < rgb.Length; i++) rgb[i] = photo.Pixels[i];
        return new SceneTexture(photo.Size, rgb, photo.Width / width);
    }

    /// <summary>Coloured noise with detail at every scale (Perlin's sum of octaves over value noise), different for every seed.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="contrast">
    /// Standard deviation about the mean, in steps of 0 to 255; small for surfaces with little to hold on to.
    /// </param>
    public static SceneTexture Noise(int seed, double contrast = 40)
    {
        const int Side = 1024;
        var rgb = new float[Side * Side * 3];
        var layer = new float[Side * Side];
        var random = new Random(seed);
        Span<float> tint = [(float)random.NextDouble(), (float)random.NextDouble(), (float)random.NextDouble()];
        for (int period = 256; period >= 4; period /= 2)
        {
            AddOctave(layer, Side, period, (float)Math.Pow(period, 0.35), random);
        }

        double mean = layer.Average(value => (double)value);
        double deviation = Math.Sqrt(layer.Average(value => (value - mean) * (value - mean)));
        for (int i = 0; i < layer.Length; i++)
        {
            double value = (layer[i] - mean) / deviation * contrast;
            for (int c = 0; c < 3; c++) rgb[3 * i + c] = (float)Math.Clamp(110 + 40 * tint[c] + value * (0.8 + 0.4 * tint[c]), 0, 255);
        }

        return new SceneTexture(new PixelSize(Side, Side), rgb, 1);
    }

    /// <summary>Adds weight × the colour at a place to three sums.</summary>
    public void Sample(double x, double y, float weight, Span<float> sums)
    {
        double u = x * _pixelsPerUnit - 0.5, v = y * _pixelsPerUnit - 0.5;
        int x0 = (int)Math.Floor(u), y0 = (int)Math.Floor(v);
        float fx = (float)(u - x0), fy = (float)(v - y0);
        int left = Mirror(x0, _size.Width), right = Mirror(x0 + 1, _size.Width);
        int top = Mirror(y0, _size.Height) * _size.Width, bottom = Mirror(y0 + 1, _size.Height) * _size.Width;
        for (int c = 0; c < 3; c++)
        {
            float above = _rgb[3 * (top + left) + c] * (1 - fx) + _rgb[3 * (top + right) + c] * fx;
            float below = _rgb[3 * (bottom + left) + c] * (1 - fx) + _rgb[3 * (bottom + right) + c] * fx;
            sums[c] += weight * (above * (1 - fy) + below * fy);
        }
    }

    private static int Mirror(int at, int length)
    {
        int period = 2 * length;
        at = (at % period + period) % period;
        return at < length ? at : period - 1 - at;
    }

    private static void AddOctave(float[] layer, int side, int period, float amplitude, Random random)
    {
        int knots = side / period;
        var values = new float[knots * knots];
        for (int i = 0; i < values.Length; i++) values[i] = ((float)random.NextDouble() - 0.5f) * amplitude;
        for (int y = 0; y < side; y++)
        {
            int y0 = y / period, y1 = (y0 + 1) % knots;
            float fy = Smooth((y % period + 0.5f) / period);
            for (int x = 0; x < side; x++)
            {
                int x0 = x / period, x1 = (x0 + 1) % knots;
                float fx = Smooth((x % period + 0.5f) / period);
                float above = values[y0 * knots + x0] * (1 - fx) + values[y0 * knots + x1] * fx;
                float below = values[y1 * knots + x0] * (1 - fx) + values[y1 * knots + x1] * fx;
                layer[y * side + x] += above * (1 - fy) + below * fy;
            }
        }
    }

    private static float Smooth(float t) => t * t * (3 - 2 * t);
}
