using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// Points followed over the steps of one window of a video: where each one is at each step and whether it is seen there. Immutable.
/// Positions are pixels of a picture of <see cref="Size"/>, x to the right and y downwards, and may lie outside it.
/// </summary>
public sealed class Tracks
{
    private readonly float[] _positions;
    private readonly bool[] _visible;

    /// <summary>Takes over positions and visibility; the caller must not change the arrays afterwards.</summary>
    /// <param name="size">The picture that the positions lie in; both sides at least 1.</param>
    /// <param name="steps">T, the number of frames; at least 1.</param>
    /// <param name="count">N, the number of points; at least 0.</param>
    /// <param name="positions">(T, N, 2) row by row: x and y of every point at step 0, then at step 1, …</param>
    /// <param name="visible">(T, N) row by row.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a side of the picture is below 1.</exception>
    public Tracks(PixelSize size, int steps, int count, float[] positions, bool[] visible)
    {
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentNullException.ThrowIfNull(visible);
        if (size.Width < 1 || size.Height < 1)
        {
            throw new ArgumentException($"Tracks need a picture of at least 1×1 pixels, not {size}.", nameof(size));
        }

        if (steps < 1) throw new ArgumentException($"Tracks need at least one step, not {steps}.", nameof(steps));
        if (count < 0 || positions.LongLength != 2L * steps * count || visible.LongLength != (long)steps * count)
        {
            throw new ArgumentException(
                $"{steps} steps of {count} points need {2L * steps * count} coordinates and {(long)steps * count} flags, " +
                $"but {positions.LongLength} and {visible.LongLength} were given.", nameof(positions));
        }

        Size = size;
        Steps = steps;
        Count = count;
        _positions = positions;
        _visible = visible;
    }

    /// <summary>The picture that the positions lie in.</summary>
    public PixelSize Size { get; }

    /// <summary>T: the number of frames, the first one included.</summary>
    public int Steps { get; }

    /// <summary>N: the number of points.</summary>
    public int Count { get; }

    /// <summary>All positions, (T, N, 2) row by row, in pixels.</summary>
    public ReadOnlySpan<float> Positions => _positions;

    /// <summary>All visibility flags, (T, N) row by row.</summary>
    public ReadOnlySpan<bool> Visible => _visible;

    /// <summary>The positions of all points at one step, (N, 2), in pixels.</summary>
    public ReadOnlySpan<float> At(int step) => _positions.AsSpan(2 * step * Count, 2 * Count);

    /// <summary>Where one point is at one step, in pixels.</summary>
    public (float X, float Y) this[int step, int track]
    {
        get
        {
            int at = 2 * (step * Count + track);
            return (_positions[at], _positions[at + 1]);
        }
    }

    /// <summary>Whether one point is seen at one step.</summary>
    public bool IsVisible(int step, int track) => _visible[step * Count + track];

    /// <summary>The path of one point over all steps, in pixels.</summary>
    public TracePoint[] Path(int track)
    {
        var path = new TracePoint[Steps];
        for (int step = 0; step < Steps; step++)
        {
            (float x, float y) = this[step, track];
            path[step] = new TracePoint(x, y);
        }

        return path;
    }

    /// <summary>The same points from a step on, which becomes step 0.</summary>
    /// <param name="step">From 0 to T - 1.</param>
    public Tracks From(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Steps);
        return step == 0 ? this : new Tracks(Size, Steps - step, Count, _positions[(2 * step * Count)..], _visible[(step * Count)..]);
    }

    /// <summary>Some of the points, in the order given.</summary>
    public Tracks Select(IReadOnlyList<int> tracks)
    {
        ArgumentNullException.ThrowIfNull(tracks);
        var positions = new float[2 * Steps * tracks.Count];
        var visible = new bool[Steps * tracks.Count];
        for (int step = 0, to = 0; step < Steps; step++)
        {
            for (int i = 0; i < tracks.Count; i++, to++)
            {
                int from = step * Count + tracks[i];
                positions[2 * to] = _positions[2 * from];
                positions[2 * to + 1] = _positions[2 * from + 1];
                visible[to] = _visible[from];
            }
        }

        return new Tracks(Size, Steps, tracks.Count, positions, visible);
    }

    /// <summary>Numbers of the points that are seen in more than half of the steps, in ascending order.</summary>
    public int[] SeenInMoreThanHalf()
    {
        var seen = new List<int>(Count);
        for (int track = 0; track < Count; track++)
        {
            int steps = 0;
            for (int step = 0; step < Steps; step++) steps += IsVisible(step, track) ? 1 : 0;
            if (2 * steps > Steps) seen.Add(track);
        }

        return [.. seen];
    }

    /// <summary>
    /// The mean distance that each point moves per step, in pixels, whether it is seen or not; NaN when there is one step only.
    /// </summary>
    public float[] MeanStepLengths()
    {
        var lengths = new float[Count];
        for (int track = 0; track < Count; track++)
        {
            double sum = 0;
            for (int step = 1; step < Steps; step++) sum += StepLength(step, track);
            lengths[track] = (float)(sum / (Steps - 1));
        }

        return lengths;
    }

    /// <summary>
    /// How much of all motion has happened by the end of each of the T - 1 steps: the running sum of the mean step length of all points,
    /// divided by the total plus 1e-5 pixels.
    /// </summary>
    public float[] MotionRatio()
    {
        var ratio = new float[Steps - 1];
        float sum = 0;
        for (int step = 1; step < Steps; step++)
        {
            double lengths = 0;
            for (int track = 0; track < Count; track++) lengths += StepLength(step, track);
            sum += (float)(lengths / Count);
            ratio[step - 1] = sum;
        }

        float total = sum + 1e-5f;
        for (int i = 0; i < ratio.Length; i++) ratio[i] /= total;
        return ratio;
    }

    /// <summary>Whether every coordinate is a number.</summary>
    public bool IsFinite() => Array.TrueForAll(_positions, float.IsFinite);

    /// <summary>
    /// The same points in a picture of another size. Coordinates are rounded down to whole pixels, as the reference's robot loader does for
    /// traces stored at 256×256; with the same size nothing changes.
    /// </summary>
    public Tracks ScaleToWholePixels(PixelSize size)
    {
        if (size == Size) return this;
        var positions = new float[_positions.Length];
        for (int i = 0; i < positions.Length; i += 2)
        {
            positions[i] = MathF.Floor(_positions[i] * size.Width / Size.Width);
            positions[i + 1] = MathF.Floor(_positions[i + 1] * size.Height / Size.Height);
        }

        return new Tracks(size, Steps, Count, positions, _visible);
    }

    private float StepLength(int step, int track)
    {
        (float x, float y) = this[step, track];
        (float x0, float y0) = this[step - 1, track];
        return MathF.Sqrt((x - x0) * (x - x0) + (y - y0) * (y - y0));
    }
}
