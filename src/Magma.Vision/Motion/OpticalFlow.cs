using System.Runtime.InteropServices;
using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>Where points went from one picture to another.</summary>
/// <param name="Points">The new places, in pixels, in the order of the points asked for; a lost point's place means nothing.</param>
/// <param name="Found">Whether the point was followed; false where the picture has no structure or the point left the picture.</param>
/// <param name="Errors">Mean absolute difference of brightness (0 to 255) over the window, of followed points; else 0.</param>
public sealed record FlowResult(PixelPoint[] Points, bool[] Found, float[] Errors);

/// <summary>Optical flow between two pictures at points, and points that are good to follow.</summary>
public static class OpticalFlow
{
    // OpenCV counts from the middle of the first pixel, this library from its corner.
    private const double ToCorner = 0.5;

    /// <summary>Follows points from one picture to another by pyramidal Lucas-Kanade, with the settings of the pyramids.</summary>
    /// <param name="from">The picture that the points lie in.</param>
    /// <param name="to">The picture to find them in; of the same size and made with the same settings.</param>
    /// <param name="points">Pixels, with fractions; computed in single precision.</param>
    /// <param name="guess">Where the points may be, one for each, as a start; empty to start from where they were.</param>
    /// <exception cref="ArgumentException">The pictures differ in size or settings, or there are not as many guesses as points.</exception>
    public static FlowResult Track(
        ImagePyramid from, ImagePyramid to, ReadOnlySpan<PixelPoint> points, ReadOnlySpan<PixelPoint> guess = default)
    {
        RequireAlike(from, to);
        if (guess.Length != 0 && guess.Length != points.Length)
            throw new ArgumentException($"{points.Length} points need as many guesses or none, not {guess.Length}", nameof(guess));

        int count = points.Length;
        var found = new bool[count];
        var errors = new float[count];
        if (count == 0)
            return new([], found, errors);

        float[] start = ToFloats(points);
        float[] moved = guess.Length != 0 ? ToFloats(guess) : new float[start.Length];
        FlowOptions options = from.Options;
        VisionNative.Check(
            VisionNative.Flow(
                from.Handle, to.Handle, start, count, options.Window, options.Levels, options.Iterations, options.Epsilon,
                options.MinEigenvalue, guess.Length != 0 ? 1 : 0, moved, MemoryMarshal.AsBytes(found.AsSpan()), errors),
            $"following {count} points over pictures of {from.Size} pixels");
        for (int i = 0; i < count; i++)
        {
            if (!found[i])
                errors[i] = 0;
        }
        return new(ToPoints(moved), found, errors);
    }

    /// <summary>
    /// Follows points by the flow of all pixels: dense inverse search (Kroeger, Timofte, Dai, Van Gool 2016, "Fast Optical Flow using Dense
    /// Inverse Search"), OpenCV's medium preset. It fills in bare surfaces from what surrounds them, where a window of pixels alone has
    /// nothing to hold on to. Only here do results depend on <see cref="VisionLibrary.Threads"/>: set it to 1 where they must repeat.
    /// </summary>
    /// <param name="from">The picture that the points lie in.</param>
    /// <param name="to">The picture to find them in; of the same size and made with the same settings.</param>
    /// <param name="points">Pixels, with fractions; computed in single precision.</param>
    /// <returns>Every point that stays inside the picture is found; errors are all 0.</returns>
    /// <exception cref="ArgumentException">The pictures differ in size or settings.</exception>
    public static FlowResult TrackDense(ImagePyramid from, ImagePyramid to, ReadOnlySpan<PixelPoint> points)
    {
        RequireAlike(from, to);
        int count = points.Length;
        var found = new bool[count];
        var moved = new float[2 * count];
        VisionNative.Check(
            VisionNative.DenseFlow(from.Handle, to.Handle, ToFloats(points), count, moved, MemoryMarshal.AsBytes(found.AsSpan())),
            $"dense flow over pictures of {from.Size} pixels");
        return new(ToPoints(moved), found, new float[count]);
    }

    /// <summary>Corners that are easy to follow (Shi and Tomasi 1994, "Good features to track"), best first.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="most">The most corners to give back, at least 1.</param>
    /// <param name="quality">Corners weaker than this share of the best one are left out; above 0, at most 1.</param>
    /// <param name="minDistance">The least distance between two corners, in pixels.</param>
    /// <param name="block">Side of the square that a corner is judged by, in pixels, at least 1.</param>
    /// <returns>Corners in pixels; none for a picture without structure.</returns>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public static PixelPoint[] GoodFeatures(Image image, int most, double quality = 0.01, double minDistance = 8, int block = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (!(quality is > 0 and <= 1) || !(minDistance >= 0) || block < 1)
        {
            throw new ArgumentException(
                $"a quality from 0 to 1, no negative distance and a block of at least 1 are needed, "
                + $"not {quality}, {minDistance} and {block}");
        }
        var corners = new float[checked(most * 2)];
        VisionNative.Check(
            VisionNative.GoodFeatures(
                image.Pixels, image.Width, image.Height, Image.Channels, image.Width * (long)Image.Channels, most, quality, minDistance,
                block, corners, out int count),
            $"looking for {most} features in a picture of {image.Size} pixels");
        GC.KeepAlive(image);
        return ToPoints(corners.AsSpan(0, count * 2));
    }

    private static void RequireAlike(ImagePyramid from, ImagePyramid to)
    {
        if (from.Size == to.Size && from.Options == to.Options) return;
        throw new ArgumentException(
            $"flow needs two pictures of one size and with the same settings, "
            + $"not {from.Size} with {from.Options} and {to.Size} with {to.Options}");
    }

    internal static float[] ToFloats(ReadOnlySpan<PixelPoint> points)
    {
        var floats = new float[points.Length * 2];
        for (int i = 0; i < points.Length; i++)
        {
            floats[2 * i] = (float)(points[i].X - ToCorner);
            floats[2 * i + 1] = (float)(points[i].Y - ToCorner);
        }
        return floats;
    }

    internal static PixelPoint[] ToPoints(ReadOnlySpan<float> floats)
    {
        var points = new PixelPoint[floats.Length / 2];
        for (int i = 0; i < points.Length; i++)
            points[i] = new(floats[2 * i] + ToCorner, floats[2 * i + 1] + ToCorner);
        return points;
    }
}
