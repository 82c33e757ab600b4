using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Tells where a video changes from one shot to another: the measure and threshold of PySceneDetect's content detector, the mean change of
/// hue, saturation and brightness from one frame to the next. Looks at every fourth pixel of every fourth row. Keeps one frame, so memory
/// does not grow.
/// </summary>
public sealed class SceneCuts
{
    /// <summary>
    /// PySceneDetect's least length of a scene, in frames. What is shorter lies between two changes of which one or both are no cut: a flash, or
    /// shots too short to follow anything in.
    /// </summary>
    public const int ShortestScene = 15;

    private const double Threshold = 27;
    private const int Stride = 4;

    private byte[]? _previous;

    /// <summary>Takes the next frame.</summary>
    /// <returns>Whether a new shot begins with it; false for the first frame.</returns>
    /// <exception cref="ArgumentException">The frame has another size than those before.</exception>
    public bool IsCut(Image frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        byte[] now = Hsv(frame);
        byte[]? before = _previous;
        _previous = now;
        if (before is null) return false;
        if (before.Length != now.Length) throw new ArgumentException("The frames of a video must be of one size.", nameof(frame));
        long change = 0;
        for (int i = 0; i < now.Length; i++) change += Math.Abs(now[i] - before[i]);
        return (double)change / now.Length >= Threshold;
    }

    // Hue 0 to 179, saturation and value 0 to 255, as OpenCV has them, because the threshold was chosen for that.
    private static byte[] Hsv(Image frame)
    {
        ReadOnlySpan<byte> pixels = frame.Pixels;
        int columns = (frame.Width + Stride - 1) / Stride, rows = (frame.Height + Stride - 1) / Stride;
        var hsv = new byte[3 * columns * rows];
        for (int row = 0, to = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++, to += 3)
            {
                int from = 3 * (row * Stride * frame.Width + column * Stride);
                int r = pixels[from], g = pixels[from + 1], b = pixels[from + 2];
                int value = Math.Max(r, Math.Max(g, b)), chroma = value - Math.Min(r, Math.Min(g, b));
                double hue = chroma == 0 ? 0
                    : value == r ? 30.0 * (g - b) / chroma
                    : value == g ? 60 + 30.0 * (b - r) / chroma
                    : 120 + 30.0 * (r - g) / chroma;
                hsv[to] = (byte)(hue < 0 ? hue + 180 : hue);
                hsv[to + 1] = (byte)(value == 0 ? 0 : 255 * chroma / value);
                hsv[to + 2] = (byte)value;
            }
        }

        return hsv;
    }
}
