using Magma.Data;

namespace Magma.Perception;

/// <summary>
/// Chooses from the tracks of one window the points that become marks: the paper's Algorithm 2 and its three published variants
/// (<see cref="TraceSettings"/>). Every stage stays readable in the result.
/// </summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="StartStep">The step that the marks are drawn on; null when it ended before that was drawn.</param>
/// <param name="Seen">Numbers of the tracks seen in more than half of the steps from there on.</param>
/// <param name="Before">The mean step length of these, in pixels, before camera motion was removed.</param>
/// <param name="Camera">Camera motion, measured and removed.</param>
/// <param name="After">The mean step length that decides what is foreground.</param>
/// <param name="Foreground">Whether each of <paramref name="Seen"/> is foreground.</param>
/// <param name="Positive">Clusters of the foreground.</param>
/// <param name="Negative">Clusters of the background.</param>
/// <param name="Selected">The marks.</param>
public sealed record TraceSelection(
    TraceOutcome Outcome,
    int? StartStep,
    IReadOnlyList<int> Seen,
    float[]? Before,
    CameraMotion? Camera,
    float[]? After,
    bool[]? Foreground,
    TraceCluster? Positive,
    TraceCluster? Negative,
    TraceSelected Selected)
{
    /// <summary>Chooses marks.</summary>
    /// <param name="tracks">All tracks of the window.</param>
    /// <param name="settings">Thresholds and ranges.</param>
    /// <param name="draws">Everything left to chance.</param>
    public static TraceSelection Split(Tracks tracks, TraceSettings settings, ITraceDraws draws)
    {
        ArgumentNullException.ThrowIfNull(tracks);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(draws);
        return new Run(tracks, settings, draws).Split();
    }

    /// <summary>
    /// How many first steps may be drawn: those before half of all motion has happened, at least 1, at most T - 1
    /// (the reference's <c>step_rightmost_ratio</c>).
    /// </summary>
    public static int CountStartSteps(Tracks tracks)
    {
        ArgumentNullException.ThrowIfNull(tracks);
        return Math.Clamp(tracks.MotionRatio().Count(ratio => ratio < 0.5f), 1, tracks.Steps - 1);
    }

    private sealed class Run(Tracks tracks, TraceSettings settings, ITraceDraws draws)
    {
        private int? _start;
        private int[] _seen = [];
        private float[]? _before;
        private CameraMotion? _camera;
        private float[]? _after;
        private bool[]? _foreground;
        private TraceCluster? _positive;
        private TraceCluster? _negative;

        public TraceSelection Split()
        {
            if (settings.SemanticsOnlyProbability > 0 && draws.Uniform() < settings.SemanticsOnlyProbability)
            {
                return Ended(TraceOutcome.SemanticsOnly, []);
            }

            if (tracks.Steps < 2) return Ended(TraceOutcome.TooShort, []);
            int start = settings.DrawsStart ? draws.Integers(0, CountStartSteps(tracks), 1)[0] : 0;
            _start = start;
            Tracks future = tracks.From(start);
            _seen = future.SeenInMoreThanHalf();
            if (_seen.Length < settings.FewestTracks) return WithoutTraces(TraceOutcome.TooFewSeen);
            Tracks seen = future.Select(_seen);
            if (!seen.IsFinite()) return WithoutTraces(TraceOutcome.NotFinite);
            _before = seen.MeanStepLengths();
            _camera = CameraMotion.Remove(seen, settings);
            Tracks still = _camera.Tracks;
            _after = settings.MeasuresAfterRemoval ? still.MeanStepLengths() : _before;
            _foreground = [.. _after.Select(length => length > settings.ForegroundThreshold)];
            int[] moving = Numbers(_foreground, true), resting = Numbers(_foreground, false);
            if (moving.Length < settings.FewestTracks) return WithoutTraces(TraceOutcome.TooFewMoving);

            int most = settings.PositiveClusters.Most;
            if (settings.PositiveClustersUpToForeground) most = Math.Min(most, moving.Length);
            _positive = Cluster(still.Select(moving), new ClusterRange(settings.PositiveClusters.Least, most));
            if (_positive is null) return WithoutTraces(TraceOutcome.ClusteringUnsettled);
            int negatives = settings.NegativeClusters is { } range ? Draw(range) : 2 * _positive.Asked;
            if (resting.Length == 0) return WithoutTraces(TraceOutcome.NothingStill);
            _negative = TraceCluster.Of(still.Select(resting), negatives, draws, settings.ClusteringRounds);
            if (_negative is null) return WithoutTraces(TraceOutcome.ClusteringUnsettled);

            int[] positives = [.. _positive.Kept.Select(track => moving[track])];
            int[] all = [.. positives, .. _negative.Kept.Select(track => resting[track])];
            int[] numbers = draws.Permutation(all.Length);
            var marks = new TraceMark[all.Length];
            for (int i = 0; i < all.Length; i++)
            {
                marks[i] = new TraceMark(numbers[i] + 1, i < positives.Length, _seen[all[i]], still.Path(all[i]));
            }

            return Ended(TraceOutcome.Traces, marks);
        }

        private TraceCluster? Cluster(Tracks chosen, ClusterRange range) =>
            TraceCluster.Of(chosen, Draw(range), draws, settings.ClusteringRounds);

        private int Draw(ClusterRange range) => draws.Integers(range.Least, range.Most + 1, 1)[0];

        private TraceSelection WithoutTraces(TraceOutcome outcome)
        {
            if (!settings.FallsBackToSetOfMark || tracks.Count == 0) return Ended(outcome, []);
            int positives = Draw(settings.FallbackPositive), negatives = Draw(settings.FallbackNegative);
            int[] chosen = [.. draws.Integers(0, tracks.Count, positives), .. draws.Integers(0, tracks.Count, negatives)];
            int[] numbers = draws.Permutation(chosen.Length);
            var marks = new TraceMark[chosen.Length];
            for (int i = 0; i < chosen.Length; i++)
            {
                marks[i] = new TraceMark(numbers[i] + 1, i < positives, chosen[i], tracks.Path(chosen[i]));
            }

            return Ended(outcome, marks);
        }

        private TraceSelection Ended(TraceOutcome outcome, TraceMark[] marks)
        {
            // Marks of the fallback stand where their points are at step 0, whatever step was drawn.
            int drawnOn = outcome == TraceOutcome.Traces ? _start ?? 0 : 0;
            int futureSteps = tracks.Steps - (_start ?? 0);
            var selected = new TraceSelected(outcome, tracks.Size, drawnOn, futureSteps, marks);
            return new TraceSelection(
                outcome, _start, _seen, _before, _camera, _after, _foreground, _positive, _negative, selected);
        }

        private static int[] Numbers(bool[] flags, bool wanted) => [.. Enumerable.Range(0, flags.Length).Where(i => flags[i] == wanted)];
    }
}
