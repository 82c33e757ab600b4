using System.Runtime.InteropServices;
using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>A homography that most of the points agree on.</summary>
/// <param name="Homography">The matrix.</param>
/// <param name="Inliers">For each point, whether it agrees within the threshold.</param>
public sealed record HomographyFit(Homography Homography, bool[] Inliers);

/// <summary>
/// A plane seen from two places: a 3×3 matrix H that takes (x, y) to (u / w, v / w) with (u, v, w) = H (x, y, 1). Estimated and applied
/// by OpenCV.
/// </summary>
public sealed class Homography
{
    private const int LeastSquares = 0;
    private const int Ransac = 8;
    private const int FewestPoints = 4;

    private readonly double[] _matrix;

    /// <summary>A homography from its matrix.</summary>
    /// <param name="matrix">Nine numbers, row by row.</param>
    /// <exception cref="ArgumentException">There are not nine numbers.</exception>
    public Homography(ReadOnlySpan<double> matrix)
    {
        if (matrix.Length != 9)
            throw new ArgumentException($"a homography has 9 numbers, not {matrix.Length}", nameof(matrix));
        _matrix = matrix.ToArray();
    }

    /// <summary>The matrix: nine numbers, row by row.</summary>
    public ReadOnlySpan<double> Matrix => _matrix;

    /// <summary>
    /// The homography between two sets of points of which some do not belong, by RANSAC and Levenberg-Marquardt refinement over the
    /// inliers. The same points give the same result on every run: the sampling has a fixed seed. Computed on points in single precision.
    /// </summary>
    /// <param name="from">Points, at least 4.</param>
    /// <param name="to">Where they went, in the same order.</param>
    /// <param name="threshold">A point further than this from where the matrix takes it is an outlier; above 0.</param>
    /// <param name="iterations">The most samples of four points to try, at least 1.</param>
    /// <param name="confidence">Sampling stops when a better sample is less likely than 1 - confidence; between 0 and 1.</param>
    /// <returns>The fit; null when the points admit none, as when they lie on one line.</returns>
    /// <exception cref="ArgumentException">Fewer than 4 points, unequal numbers of points, or a setting out of range.</exception>
    public static HomographyFit? Find(
        ReadOnlySpan<PixelPoint> from, ReadOnlySpan<PixelPoint> to, double threshold = 3, int iterations = 2000, double confidence = 0.995)
    {
        if (!(threshold > 0) || iterations < 1 || !(confidence is > 0 and < 1))
        {
            throw new ArgumentException(
                $"a threshold above 0, at least one iteration and a confidence between 0 and 1 are needed, "
                + $"not {threshold}, {iterations} and {confidence}");
        }
        return Fit(from, to, Ransac, threshold, iterations, confidence);
    }

    /// <summary>The homography that brings all points closest: least squares of the distances in the second picture.</summary>
    /// <param name="from">Points, at least 4.</param>
    /// <param name="to">Where they went, in the same order.</param>
    /// <returns>The homography; null when the points admit none.</returns>
    /// <exception cref="ArgumentException">Fewer than 4 points or unequal numbers of points.</exception>
    public static Homography? FindLeastSquares(ReadOnlySpan<PixelPoint> from, ReadOnlySpan<PixelPoint> to) =>
        Fit(from, to, LeastSquares, threshold: 3, iterations: 2000, confidence: 0.995)?.Homography;

    /// <summary>Where a point goes; a point that goes to infinity becomes (0, 0), as in OpenCV.</summary>
    public PixelPoint Apply(PixelPoint point)
    {
        Span<PixelPoint> moved = stackalloc PixelPoint[1];
        Apply([point], moved);
        return moved[0];
    }

    /// <summary>Where points go; a point that goes to infinity becomes (0, 0), as in OpenCV.</summary>
    /// <param name="points">The points.</param>
    /// <param name="moved">Receives as many points; may be the same memory.</param>
    /// <exception cref="ArgumentException">There is less room than points.</exception>
    public void Apply(ReadOnlySpan<PixelPoint> points, Span<PixelPoint> moved)
    {
        if (moved.Length < points.Length)
            throw new ArgumentException($"{points.Length} points do not fit in room for {moved.Length}", nameof(moved));
        if (points.IsEmpty)
            return;
        VisionNative.Check(
            VisionNative.TransformPoints(
                _matrix, MemoryMarshal.Cast<PixelPoint, double>(points), points.Length, MemoryMarshal.Cast<PixelPoint, double>(moved)),
            $"transforming {points.Length} points");
    }

    private static HomographyFit? Fit(
        ReadOnlySpan<PixelPoint> from, ReadOnlySpan<PixelPoint> to, int method, double threshold, int iterations, double confidence)
    {
        if (from.Length != to.Length || from.Length < FewestPoints)
            throw new ArgumentException($"a homography needs at least {FewestPoints} pairs of points, not {from.Length} and {to.Length}");
        var matrix = new double[9];
        var inliers = new bool[from.Length];
        VisionNative.Check(
            VisionNative.Homography(
                MemoryMarshal.Cast<PixelPoint, double>(from), MemoryMarshal.Cast<PixelPoint, double>(to), from.Length, method, threshold,
                iterations, confidence, matrix, MemoryMarshal.AsBytes(inliers.AsSpan()), out int found),
            $"estimating a homography from {from.Length} points");
        return found != 0 ? new(new(matrix), inliers) : null;
    }
}
