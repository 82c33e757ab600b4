using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// How much a video's frame differs from the one before, as PySceneDetect's <c>ContentDetector</c> measures it (defaults of version 0.7): the
/// mean change of hue, saturation and brightness in OpenCV's 8-bit HSV, each weighing the same, edges nothing, on frames shrunk to 256
/// pixels on their longer side. Keeps one shrunk frame.
/// </summary>
public sealed class ContentChange
{
    /// <summary>The change from which on a frame may begin a scene.</summary>
    public const double Threshold = 27;

    private const int LongSide = 256;
    private const int Shift = 12;

    // OpenCV divides by these tables of rounded reciprocals, not by the numbers themselves.
    private static readonly int[] Saturations = Reciprocals(255);
    private static readonly int[] Hues = Reciprocals(180 / 6.0);

    private PixelSize _size;
    private byte[]? _previous;

    /// <summary>Takes the next frame.</summary>
    /// <returns>The change from the frame before, 0 to 255; 0 for the first frame.</returns>
    /// <exception cref="ArgumentException">The frame has another size than those before.</exception>
    public double Next(Image frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        byte[]? before = _previous;
        if (before is not null && frame.Size != _size) throw new ArgumentException("The frames of a video must be of one size.", nameof(frame));
        _size = frame.Size;
        byte[] now = _previous = HsvOf(frame);
        if (before is null) return 0;
        long hue = 0, saturation = 0, value = 0;
        for (int i = 0; i < now.Length; i += 3)
        {
            hue += Math.Abs(now[i] - before[i]);
            saturation += Math.Abs(now[i + 1] - before[i + 1]);
            value += Math.Abs(now[i + 2] - before[i + 2]);
        }

        double pixels = now.Length / 3;
        return (hue / pixels + saturation / pixels + value / pixels) / 3;
    }

    private static byte[] HsvOf(Image frame)
    {
        double factor = Math.Max(1, Math.Max(frame.Width, frame.Height) / (double)LongSide);
        var size = new PixelSize(Shrunk(frame.Width), Shrunk(frame.Height));
        if (size == frame.Size) return Hsv(frame.Pixels);
        using Image small = frame.Resize(size, Interpolation.Linear);
        return Hsv(small.Pixels);

        int Shrunk(int length) => Math.Max(1, (int)Math.Round(length / factor, MidpointRounding.ToEven));
    }

    /// <summary>RGB to hue (0 to 180, half degrees), saturation and value (0 to 255), rounded as OpenCV does.</summary>
    internal static byte[] Hsv(ReadOnlySpan<byte> rgb)
    {
        var hsv = new byte[rgb.Length];
        for (int i = 0; i < rgb.Length; i += 3)
        {
            int r = rgb[i], g = rgb[i + 1], b = rgb[i + 2];
            int value = Math.Max(r, Math.Max(g, b)), chroma = value - Math.Min(r, Math.Min(g, b));
            int sixths = value == r ? g - b : value == g ? b - r + (2 * chroma) : r - g + (4 * chroma);
            int hue = Rounded(sixths * Hues[chroma]);
            hsv[i] = (byte)(hue < 0 ? hue + 180 : hue);
            hsv[i + 1] = (byte)Rounded(chroma * Saturations[value]);
            hsv[i + 2] = (byte)value;
        }

        return hsv;
    }

    private static int Rounded(int scaled) => (scaled + (1 << (Shift - 1))) >> Shift;

    private static int[] Reciprocals(double scale) =>
        [0, .. Enumerable.Range(1, 255).Select(divisor => (int)Math.Round(scale * (1 << Shift) / divisor, MidpointRounding.ToEven))];
}
