using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>Where a patch fits best.</summary>
/// <param name="Places">One for each guess, in pixels.</param>
/// <param name="Differences">The mean square of what remains there, in steps of brightness (0 to 255) squared.</param>
public sealed record PatchFits(PixelPoint[] Places, float[] Differences);

/// <summary>
/// Patches of 7×7 pixels around points of one picture, with their mean brightness taken out. The window that flow needs is wide, so
/// beside a moving thing it is drawn along by the thing; a patch of a few pixels tells which of two motions the point itself has.
/// </summary>
public sealed class PointPatches
{
    /// <summary>Columns and rows of a patch, in pixels.</summary>
    public const int Side = 7;

    private const int RowFloats = 8;

    private readonly float[] _pixels;
    private readonly float[] _structure;

    /// <summary>Room for patches, read again and again without new memory.</summary>
    /// <param name="count">Number of patches.</param>
    public PointPatches(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _pixels = new float[checked(count * Side * RowFloats)];
        _structure = new float[count];
    }

    /// <summary>Number of patches.</summary>
    public int Count => _structure.Length;

    /// <summary>The variance of brightness (0 to 255) in each patch.</summary>
    public ReadOnlySpan<float> Structure => _structure;

    /// <summary>Reads all patches, between pixels where a point lies so; beyond the picture its edge goes on.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="points">Middles of the patches, in pixels.</param>
    /// <exception cref="ArgumentException">There are more or fewer points than patches.</exception>
    public void Read(ImagePyramid picture, ReadOnlySpan<PixelPoint> points)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (points.Length != Count)
            throw new ArgumentException($"{Count} patches need as many points, not {points.Length}", nameof(points));
        VisionNative.Check(
            VisionNative.Patches(picture.Handle, OpticalFlow.ToFloats(points), Count, _pixels, _structure), $"reading {Count} patches");
    }

    /// <summary>The mean square of the difference between each patch and the same one of another set.</summary>
    /// <param name="others">As many patches.</param>
    /// <exception cref="ArgumentException">There are more or fewer of the others.</exception>
    public float[] DifferencesTo(PointPatches others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Count != Count) throw new ArgumentException($"{Count} patches cannot be compared with {others.Count}", nameof(others));
        var differences = new float[Count];
        VisionNative.Check(
            VisionNative.PatchDifferences(_pixels, others._pixels, Count, differences), $"comparing {Count} patches");
        return differences;
    }

    /// <summary>
    /// Moves guesses to where a point's patch fits best nearby, by Gauss-Newton steps over the patch alone. A patch without structure in
    /// both directions, and one that would go further than 3 pixels, stays at its guess.
    /// </summary>
    /// <param name="from">The picture that the points lie in.</param>
    /// <param name="to">The picture to find them in.</param>
    /// <param name="points">Middles of the patches, in pixels; several guesses for one point do best in a row.</param>
    /// <param name="guesses">Where each may be, in pixels.</param>
    /// <param name="steps">The most steps.</param>
    /// <param name="epsilon">A shorter step is the last one, in pixels.</param>
    /// <exception cref="ArgumentException">There are not as many guesses as points.</exception>
    public static PatchFits Fit(
        ImagePyramid from, ImagePyramid to, ReadOnlySpan<PixelPoint> points, ReadOnlySpan<PixelPoint> guesses, int steps = 4,
        double epsilon = 0.03)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (points.Length != guesses.Length)
            throw new ArgumentException($"{points.Length} points need as many guesses, not {guesses.Length}", nameof(guesses));
        var places = new float[2 * points.Length];
        var differences = new float[points.Length];
        VisionNative.Check(
            VisionNative.PatchFit(
                from.Handle, to.Handle, OpticalFlow.ToFloats(points), OpticalFlow.ToFloats(guesses), points.Length, steps, (float)epsilon,
                places, differences),
            $"fitting {points.Length} patches");
        return new(OpticalFlow.ToPoints(places), differences);
    }
}
