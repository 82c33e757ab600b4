using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Finds the camera's motion when a large part of the picture moves by itself. Points are sorted by how they moved over the whole window,
/// where the difference is plainest; of the groups that a homography explains, the one that is spread widest over the picture is the
/// background. Then every frame's homography is estimated from the background alone, on points that are seen in it.
/// </summary>
internal static class BackgroundMotion
{
    private const int FewestPoints = 4;
    private const int MostGroups = 3;
    private const double LeastGroup = 0.12;
    private const double LeastAgreement = 0.2;
    private const double Agrees = 2;
    private const int Refinements = 2;

    /// <summary>The homographies of all later frames onto the first.</summary>
    /// <param name="tracks">Tracks of one window; every coordinate finite.</param>
    /// <param name="reprojectionError">How far a point may lie off when groups are looked for, in pixels.</param>
    public static IReadOnlyList<CameraFrame> Estimate(Tracks tracks, double reprojectionError)
    {
        bool[] background = FindBackground(tracks, reprojectionError);
        CameraFrame[] frames = Fit(tracks, background);
        for (int round = 0; round < Refinements; round++)
        {
            bool[] agreeing = Agreeing(tracks, frames);
            if (agreeing.Count(agrees => agrees) < FewestPoints || agreeing.SequenceEqual(background)) break;
            background = agreeing;
            frames = Fit(tracks, background);
        }

        return frames;
    }

    private static bool[] FindBackground(Tracks tracks, double reprojectionError)
    {
        int last = tracks.Steps - 1;
        while (last > 1 && Seen(tracks, last).Length < tracks.Count / 2) last--;
        int[] left = Seen(tracks, last);
        int least = Math.Max(2 * FewestPoints, (int)(LeastGroup * left.Length));
        int[] best = left;
        double widest = 0;
        for (int group = 0; group < MostGroups && left.Length >= least; group++)
        {
            if (Homography.Find(Points(tracks, last, left), Points(tracks, 0, left), reprojectionError) is not { } fit) break;
            int[] members = [.. left.Where((_, i) => fit.Inliers[i])];
            if (members.Length < least) break;
            double spread = members.Length * Spread(tracks, members);
            if (spread > widest) (widest, best) = (spread, members);
            left = [.. left.Where((_, i) => !fit.Inliers[i])];
        }

        var background = new bool[tracks.Count];
        foreach (int track in best) background[track] = true;
        return background;
    }

    private static CameraFrame[] Fit(Tracks tracks, bool[] background)
    {
        var frames = new CameraFrame[tracks.Steps - 1];
        for (int step = 1; step < tracks.Steps; step++)
        {
            int[] seen = Seen(tracks, step);
            int[] used = [.. seen.Where(track => background[track])];
            if (seen.Length < FewestPoints)
            {
                frames[step - 1] = new CameraFrame(CameraFrameStatus.TooFewPoints, null, []);
                continue;
            }

            HomographyFit? fit = used.Length < FewestPoints || used.Length < LeastAgreement * seen.Length
                ? null
                : Homography.Find(Points(tracks, step, used), Points(tracks, 0, used), Agrees);
            // Through any four points goes a homography; that is no camera.
            if (fit?.Inliers.Count(agrees => agrees) < LeastAgreement * used.Length) fit = null;
            var inliers = new bool[tracks.Count];
            for (int i = 0; fit is not null && i < used.Length; i++) inliers[used[i]] = fit.Inliers[i];
            frames[step - 1] = fit is null
                ? new CameraFrame(CameraFrameStatus.NoModel, null, [])
                : new CameraFrame(CameraFrameStatus.Found, fit.Homography, inliers);
        }

        return frames;
    }

    // A point agrees when it lies where the camera puts it in every frame that it is seen in.
    private static bool[] Agreeing(Tracks tracks, CameraFrame[] frames)
    {
        var agreeing = new bool[tracks.Count];
        for (int track = 0; track < tracks.Count; track++)
        {
            PixelPoint start = Point(tracks, 0, track);
            agreeing[track] = true;
            for (int step = 1; step < tracks.Steps && agreeing[track]; step++)
            {
                if (!tracks.IsVisible(step, track) || frames[step - 1].Model is not { } model) continue;
                agreeing[track] = model.Apply(Point(tracks, step, track)).DistanceTo(start) < Agrees;
            }
        }

        return agreeing;
    }

    private static double Spread(Tracks tracks, int[] members)
    {
        double meanX = members.Average(track => tracks[0, track].X), meanY = members.Average(track => tracks[0, track].Y);
        double varianceX = members.Average(track => Math.Pow(tracks[0, track].X - meanX, 2));
        double varianceY = members.Average(track => Math.Pow(tracks[0, track].Y - meanY, 2));
        return Math.Sqrt(varianceX * varianceY);
    }

    private static int[] Seen(Tracks tracks, int step) =>
        [.. Enumerable.Range(0, tracks.Count).Where(track => tracks.IsVisible(step, track))];

    private static PixelPoint[] Points(Tracks tracks, int step, int[] chosen) => [.. chosen.Select(track => Point(tracks, step, track))];

    private static PixelPoint Point(Tracks tracks, int step, int track)
    {
        (float x, float y) = tracks[step, track];
        return new PixelPoint(x, y);
    }
}
