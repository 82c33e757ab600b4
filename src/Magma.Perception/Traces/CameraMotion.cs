using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>Whether the camera's motion could be told for one frame.</summary>
public enum CameraFrameStatus
{
    /// <summary>A homography was found.</summary>
    Found,

    /// <summary>Fewer than four points: the frame is left out of the tracks. The reference's estimator throws.</summary>
    TooFewPoints,

    /// <summary>The points allow no homography (all on a line, all the same): nothing is removed from any frame.</summary>
    NoModel,
}

/// <summary>The camera's motion between one later frame and the first.</summary>
/// <param name="Status">Whether there is a model.</param>
/// <param name="Model">Maps pixels of the later frame onto the first one; null without a model.</param>
/// <param name="Inliers">Which tracks agree with the model; empty without one.</param>
public sealed record CameraFrame(CameraFrameStatus Status, Homography? Model, bool[] Inliers);

/// <summary>Camera motion, measured on the tracks of one window and removed from them.</summary>
/// <param name="Tracks">
/// The tracks as a camera standing still at the first frame would see them; the given ones when nothing was removed. Frames with too few
/// points are missing.
/// </param>
/// <param name="OverThreshold">How many tracks move more than the threshold.</param>
/// <param name="WasMeasured">Whether these are enough for the camera to count as moving.</param>
/// <param name="WasAssumed">Whether removal was tried: measured, or always wanted.</param>
/// <param name="WasRemoved">Whether it succeeded for every frame that had enough points.</param>
/// <param name="Frames">The later frames in order, up to the one at which it was given up; empty when removal was not tried.</param>
public sealed record CameraMotion(
    Tracks Tracks, int OverThreshold, bool WasMeasured, bool WasAssumed, bool WasRemoved, IReadOnlyList<CameraFrame> Frames)
{
    private const int FewestPoints = 4;

    /// <summary>
    /// The share of tracks that agree with the camera's motion, mean over frames, 0 to 1; null when removal was not tried.
    /// </summary>
    public double? Agreement => Frames.Count == 0
        ? null
        : Frames.Average(frame => frame.Inliers.Length == 0 ? 0 : frame.Inliers.Count(agrees => agrees) / (double)frame.Inliers.Length);

    /// <summary>
    /// Measures camera motion and removes it with one homography per frame (RANSAC): estimated on all tracks given, as the reference does,
    /// or on the background alone (<see cref="TraceSettings.SeparatesBackground"/>).
    /// </summary>
    /// <param name="tracks">Tracks of one window; every coordinate finite.</param>
    /// <param name="settings">Thresholds.</param>
    public static CameraMotion Remove(Tracks tracks, TraceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(tracks);
        ArgumentNullException.ThrowIfNull(settings);
        int over = tracks.MeanStepLengths().Count(length => length > settings.CameraThreshold);
        bool measured = over > settings.CameraShare * tracks.Count;
        bool assumed = measured || settings.AlwaysRemoveCamera;
        if (!assumed) return new CameraMotion(tracks, over, measured, assumed, WasRemoved: false, []);

        IReadOnlyList<CameraFrame>? found = settings.SeparatesBackground ? BackgroundMotion.Estimate(tracks, settings.ReprojectionError)
            : null;
        var frames = new List<CameraFrame>(tracks.Steps - 1);
        var positions = new List<float>(tracks.Positions.Length);
        var visible = new List<bool>(tracks.Visible.Length);
        positions.AddRange(tracks.At(0));
        visible.AddRange(tracks.Visible[..tracks.Count]);
        for (int step = 1; step < tracks.Steps; step++)
        {
            CameraFrame frame = found?[step - 1] ?? Estimate(tracks.At(step), tracks.At(0), settings.ReprojectionError);
            frames.Add(frame);
            if (frame.Status == CameraFrameStatus.NoModel)
            {
                return new CameraMotion(tracks, over, measured, assumed, WasRemoved: false, frames);
            }

            if (frame.Model is null) continue;
            positions.AddRange(Warp(frame.Model, tracks.At(step)));
            visible.AddRange(tracks.Visible.Slice(step * tracks.Count, tracks.Count));
        }

        var still = new Tracks(tracks.Size, visible.Count / tracks.Count, tracks.Count, [.. positions], [.. visible]);
        return new CameraMotion(still, over, measured, assumed, WasRemoved: true, frames);
    }

    /// <summary>The homography that maps points of one frame onto the same points in another.</summary>
    /// <param name="from">(N, 2), in pixels.</param>
    /// <param name="to">(N, 2), in pixels.</param>
    /// <param name="reprojectionError">How far a point may lie off, in pixels.</param>
    public static CameraFrame Estimate(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double reprojectionError)
    {
        int count = from.Length / 2;
        if (count < FewestPoints) return new CameraFrame(CameraFrameStatus.TooFewPoints, null, []);
        HomographyFit? fit = Homography.Find(ToPoints(from), ToPoints(to), reprojectionError);
        return fit is null
            ? new CameraFrame(CameraFrameStatus.NoModel, null, [])
            : new CameraFrame(CameraFrameStatus.Found, fit.Homography, fit.Inliers);
    }

    /// <summary>Points under a homography, (N, 2), in pixels.</summary>
    public static float[] Warp(Homography model, ReadOnlySpan<float> points)
    {
        ArgumentNullException.ThrowIfNull(model);
        PixelPoint[] moved = ToPoints(points);
        model.Apply(moved, moved);
        var warped = new float[points.Length];
        for (int i = 0; i < moved.Length; i++) (warped[2 * i], warped[2 * i + 1]) = ((float)moved[i].X, (float)moved[i].Y);
        return warped;
    }

    private static PixelPoint[] ToPoints(ReadOnlySpan<float> coordinates)
    {
        var points = new PixelPoint[coordinates.Length / 2];
        for (int i = 0; i < points.Length; i++) points[i] = new PixelPoint(coordinates[2 * i], coordinates[2 * i + 1]);
        return points;
    }
}
