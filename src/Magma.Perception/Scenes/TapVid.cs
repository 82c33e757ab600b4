using Magma.Data;

namespace Magma.Perception.Scenes;

/// <summary>
/// The measures of TAP-Vid (Doersch et al. 2022, "TAP-Vid: A Benchmark for Tracking Any Point in a Video"), at 256×256 pixels.
/// </summary>
/// <param name="AverageJaccard">
/// AJ: true positives over all positives and misses, mean over 1, 2, 4, 8 and 16 pixels; NaN without a point.
/// </param>
/// <param name="PositionAccuracy">
/// δ: share of truly visible places found, mean over the same distances; NaN when nothing is visible.
/// </param>
/// <param name="OcclusionAccuracy">OA: share of right answers to whether a point is seen; NaN without a point.</param>
public sealed record TapVid(double AverageJaccard, double PositionAccuracy, double OcclusionAccuracy)
{
    private const double Side = 256;

    private static readonly double[] Distances = [1, 2, 4, 8, 16];

    /// <summary>Compares tracks with the truth.</summary>
    /// <param name="found">The tracks.</param>
    /// <param name="truth">Of the same points and steps, in pixels of the same picture.</param>
    /// <param name="queries">The step that each point was given at.</param>
    /// <param name="strided">
    /// Whether points are given at many steps and followed both ways ("strided": only the step they are given at is left out), or at the
    /// first step they are seen ("first": all steps up to it are left out).
    /// </param>
    /// <exception cref="ArgumentException">The two differ in points, steps or picture.</exception>
    public static TapVid Measure(Tracks found, Tracks truth, IReadOnlyList<int> queries, bool strided)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(queries);
        if (found.Steps != truth.Steps || found.Count != truth.Count || found.Size != truth.Size || queries.Count != truth.Count)
        {
            throw new ArgumentException(
                $"{found.Steps} steps of {found.Count} points in {found.Size} cannot be compared with "
                + $"{truth.Steps} of {truth.Count} in {truth.Size}.");
        }

        long judged = 0, agree = 0, visible = 0;
        var correct = new long[Distances.Length];
        var truePositives = new long[Distances.Length];
        var falsePositives = new long[Distances.Length];
        for (int track = 0; track < truth.Count; track++)
        {
            for (int step = 0; step < truth.Steps; step++)
            {
                if (strided ? step == queries[track] : step <= queries[track]) continue;
                bool seen = truth.IsVisible(step, track), saidSeen = found.IsVisible(step, track);
                judged++;
                agree += seen == saidSeen ? 1 : 0;
                visible += seen ? 1 : 0;
                double distance = Distance(found, truth, step, track);
                for (int i = 0; i < Distances.Length; i++)
                {
                    bool near = distance < Distances[i];
                    if (seen && near) correct[i]++;
                    if (seen && near && saidSeen) truePositives[i]++;
                    else if (saidSeen) falsePositives[i]++;
                }
            }
        }

        double Mean(Func<int, double> of) => Enumerable.Range(0, Distances.Length).Average(of);
        return new TapVid(
            Mean(i => truePositives[i] / (double)(visible + falsePositives[i])),
            Mean(i => correct[i] / (double)visible),
            agree / (double)judged);
    }

    private static double Distance(Tracks found, Tracks truth, int step, int track)
    {
        (float x, float y) = found[step, track];
        (float x0, float y0) = truth[step, track];
        double dx = (x - x0) * Side / truth.Size.Width, dy = (y - y0) * Side / truth.Size.Height;
        return Math.Sqrt(dx * dx + dy * dy);
    }
}
