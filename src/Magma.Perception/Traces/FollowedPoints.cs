using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>Where flow takes points of the first picture in the second, with no guess to begin from.</summary>
internal delegate FlowResult FollowPoints(ImagePyramid from, ImagePyramid to, PixelPoint[] points);

/// <summary>The points of one window: where flow takes them from frame to frame, and whether their own few pixels bear it out.</summary>
internal sealed class FollowedPoints
{
    // Differences are mean squares of brightness, 0 to 255 squared; structure is the variance of brightness in a patch. Chosen on made
    // scenes.
    private const int NearestNeighbours = 12;
    private const double GoodDifference = 0.5;
    private const double GoodShare = 0.01;
    private const double BadDifference = 6;
    private const double BadShare = 0.2;
    private const double ClearlyBetter = 0.75;
    private const double SameMotion = 0.75;
    private const double SuddenTurn = 1;
    private const double SameWay = 1.5;
    private const double CanTell = 16;
    private const int MemoryFrames = 5;
    private const double ChangedDifference = 4;
    private const double ChangedUsual = 2.5;
    private const double ChangedShare = 0.35;

    private readonly PixelSize _size;
    private readonly double _returnError;
    private readonly FollowPoints _flow;
    private readonly List<PixelPoint[]> _steps;
    private readonly int[] _lastSeen;

    // What the points looked like in the last frames, by the frame's number.
    private readonly PointPatches[] _looks;

    private FollowedPoints(PixelSize size, IReadOnlyList<PixelPoint> points, int frames, double returnError, FollowPoints flow)
    {
        _size = size;
        _returnError = returnError;
        _flow = flow;
        _steps = new List<PixelPoint[]>(frames) { points.ToArray() };
        _lastSeen = [.. points.Select(point => size.ToBox().Contains(point) ? 0 : -1)];
        _looks = [.. Enumerable.Range(0, MemoryFrames + 1).Select(_ => new PointPatches(points.Count))];
    }

    /// <summary>Follows points from the first frame through all others, as <see cref="IPointTracker.Track"/> says.</summary>
    public static Tracks Through(
        IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, FlowOptions options, double returnError, FollowPoints flow,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(points);
        if (frames.Count == 0) throw new ArgumentException("There is no frame to follow points in.", nameof(frames));
        PixelSize size = frames[0].Size;
        if (frames.Any(frame => frame.Size != size))
        {
            throw new ArgumentException($"All frames must be of one size; the first is {size}.", nameof(frames));
        }

        var window = new FollowedPoints(size, points, frames.Count, returnError, flow);
        ImagePyramid previous = ImagePyramid.FromImage(frames[0], options);
        try
        {
            window.LookAt(0).Read(previous, window._steps[0]);
            for (int step = 1; step < frames.Count; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                ImagePyramid next = ImagePyramid.FromImage(frames[step], options);
                using (previous) window.Step(previous, next);
                previous = next;
            }
        }
        finally
        {
            previous.Dispose();
        }

        return window.ToTracks();
    }

    private PointPatches LookAt(int step) => _looks[step % _looks.Length];

    /// <summary>Follows all points that are still seen into the next frame.</summary>
    private void Step(ImagePyramid previous, ImagePyramid next)
    {
        int step = _steps.Count;
        PixelPoint[] at = _steps[^1];
        int[] followed = [.. Enumerable.Range(0, at.Length).Where(i => _lastSeen[i] == step - 1)];
        PixelPoint[] from = [.. followed.Select(i => at[i])];
        FlowResult there = _flow(previous, next, from), back = _flow(next, previous, there.Points);
        var agrees = new bool[at.Length];
        PixelPoint[] moved = [.. at];
        for (int k = 0; k < followed.Length; k++)
        {
            agrees[followed[k]] = there.Found[k] && back.Found[k] && back.Points[k].DistanceTo(from[k]) < _returnError;
            moved[followed[k]] = there.Points[k];
        }

        LookAt(step).Read(next, moved);
        double usual = Judge(previous, next, followed, agrees, moved);
        _steps.Add(moved);
        HoldBack(previous, next, step, usual);
        LoseChanged(step);
        LostPoints.Carry(_steps, _lastSeen);
    }

    private Tracks ToTracks()
    {
        int count = _lastSeen.Length;
        var positions = new float[2 * _steps.Count * count];
        var visible = new bool[_steps.Count * count];
        for (int step = 0; step < _steps.Count; step++)
        {
            for (int i = 0; i < count; i++)
            {
                int to = step * count + i;
                (positions[2 * to], positions[2 * to + 1]) = ((float)_steps[step][i].X, (float)_steps[step][i].Y);
                visible[to] = step <= _lastSeen[i];
            }
        }

        return new Tracks(_size, _steps.Count, count, positions, visible);
    }

    /// <summary>
    /// Settles where points have gone: as flow says, or as one of their neighbours did when their own patch fits that much better; a point
    /// that neither explains is lost, for something has come in front.
    /// </summary>
    /// <returns>What noise and interpolation make of a patch that is followed rightly: the middle of the differences.</returns>
    private double Judge(ImagePyramid previous, ImagePyramid next, int[] followed, bool[] agrees, PixelPoint[] moved)
    {
        int step = _steps.Count;
        PixelPoint[] at = _steps[^1];
        PointPatches before = LookAt(step - 1), now = LookAt(step);
        float[] differences = before.DifferencesTo(now);
        double usual = Middle([.. followed.Where(i => agrees[i]).Select(i => differences[i])]);
        double Fits(int i) => FitsUpTo(usual, before.Structure[i]);
        var doubtful = new List<int>();
        var asked = new List<int>();
        var guesses = new List<PixelPoint>();
        foreach (int i in followed)
        {
            if (agrees[i] && differences[i] <= Fits(i)) continue;
            doubtful.Add(i);
            foreach (PixelPoint motion in NeighboursMotions(at, moved, agrees, i))
            {
                asked.Add(i);
                guesses.Add(new PixelPoint(at[i].X + motion.X, at[i].Y + motion.Y));
            }
        }

        PatchFits fits = PointPatches.Fit(previous, next, [.. asked.Select(i => at[i])], guesses.ToArray());
        PixelPoint[] flow = [.. moved];
        var lost = new bool[at.Length];
        int first = 0;
        foreach (int i in doubtful)
        {
            double own = agrees[i] ? differences[i] : double.PositiveInfinity;
            (PixelPoint Place, double Difference) best = (flow[i], own);
            for (; first < asked.Count && asked[first] == i; first++)
            {
                if (fits.Differences[first] < best.Difference) best = (fits.Places[first], fits.Differences[first]);
            }

            double bad = Math.Max(BadDifference, Math.Max(4 * usual, BadShare * before.Structure[i]));
            lost[i] = best.Difference > (agrees[i] ? bad : 2 * Fits(i));
            if (best.Difference < ClearlyBetter * own) moved[i] = best.Place;
        }

        bool isSame = true;
        PixelBox inside = _size.ToBox();
        foreach (int i in followed)
        {
            if (lost[i] || !inside.Contains(moved[i])) moved[i] = at[i];
            else _lastSeen[i] = step;
            isSame &= moved[i] == flow[i];
        }

        if (!isSame) now.Read(next, moved);
        return usual;
    }

    private static double FitsUpTo(double usual, double structure) =>
        Math.Max(GoodDifference, Math.Max(2 * usual, GoodShare * structure));

    /// <summary>
    /// Looks at points that suddenly leave those they moved with. Where a point's own pixels would look the same either way (nothing is on
    /// them, or an edge along the way), only its surroundings say that it left, and those may be a thing that is passing: then the point
    /// stays with its companions, or is lost if it is not to be seen there.
    /// </summary>
    private void HoldBack(ImagePyramid previous, ImagePyramid next, int step, double usual)
    {
        if (step < 2) return;
        PixelPoint[] before = _steps[step - 2], from = _steps[step - 1], to = _steps[step];
        int[] seen = [.. Enumerable.Range(0, to.Length).Where(i => _lastSeen[i] == step)];
        float[] changeX = [.. seen.Select(i => (float)(to[i].X - 2 * from[i].X + before[i].X))];
        float[] changeY = [.. seen.Select(i => (float)(to[i].Y - 2 * from[i].Y + before[i].Y))];
        // All points change their motion when the camera does.
        double x = Middle([.. changeX]), y = Middle([.. changeY]);
        bool[] turns = [.. seen.Select((_, k) => Math.Abs(changeX[k] - x) + Math.Abs(changeY[k] - y) > SuddenTurn)];
        int[] steady = [.. seen.Where((_, k) => !turns[k])];
        var leaving = new List<int>();
        var expected = new List<PixelPoint>();
        var echoes = new List<PixelPoint>();
        foreach (int i in seen.Where((_, k) => turns[k]))
        {
            if (LostPoints.Expect(_steps, step - 1, i, steady) is not { } place || place.DistanceTo(to[i]) < SameWay) continue;
            leaving.Add(i);
            expected.Add(place);
            echoes.Add(new PixelPoint(from[i].X + to[i].X - place.X, from[i].Y + to[i].Y - place.Y));
        }

        if (leaving.Count == 0) return;
        PixelPoint[] starts = [.. leaving.Select(i => from[i])];
        PointPatches own = new(leaving.Count), there = new(leaving.Count);
        own.Read(previous, starts);
        there.Read(previous, echoes.ToArray());
        float[] echo = own.DifferencesTo(there);
        PatchFits fits = PointPatches.Fit(previous, next, starts, expected.ToArray());
        PixelBox inside = _size.ToBox();
        for (int k = 0; k < leaving.Count; k++)
        {
            double most = FitsUpTo(usual, own.Structure[k]);
            if (echo[k] > CanTell * most) continue;
            if (fits.Differences[k] <= most && inside.Contains(fits.Places[k])) to[leaving[k]] = fits.Places[k];
            else _lastSeen[leaving[k]] = step - 1;
        }

        LookAt(step).Read(next, to);
    }

    /// <summary>
    /// Gives up points whose patch has become another one over a few frames: something slid over them too slowly to be noticed from one
    /// frame to the next.
    /// </summary>
    private void LoseChanged(int step)
    {
        PointPatches then = LookAt(Math.Max(0, step - MemoryFrames)), now = LookAt(step);
        float[] differences = then.DifferencesTo(now);
        int[] seen = [.. Enumerable.Range(0, _lastSeen.Length).Where(i => _lastSeen[i] == step)];
        double usual = Middle([.. seen.Select(i => differences[i])]);
        foreach (int i in seen)
        {
            double structure = then.Structure[i] + now.Structure[i];
            double most = Math.Max(ChangedDifference, Math.Max(ChangedUsual * usual, ChangedShare * structure));
            if (differences[i] > most) _lastSeen[i] = step - 1;
        }
    }

    // The different ways in which the nearest points went.
    private static List<PixelPoint> NeighboursMotions(PixelPoint[] from, PixelPoint[] to, bool[] agrees, int i)
    {
        Span<(double Distance, int Point)> nearest = stackalloc (double, int)[NearestNeighbours];
        int count = 0;
        for (int j = 0; j < from.Length; j++)
        {
            if (j == i || !agrees[j]) continue;
            double distance = from[i].DistanceTo(from[j]);
            if (count == NearestNeighbours && distance >= nearest[count - 1].Distance) continue;
            int at = count < NearestNeighbours ? count++ : count - 1;
            for (; at > 0 && nearest[at - 1].Distance > distance; at--) nearest[at] = nearest[at - 1];
            nearest[at] = (distance, j);
        }

        var motions = new List<PixelPoint>();
        foreach ((double _, int j) in nearest[..count])
        {
            var motion = new PixelPoint(to[j].X - from[j].X, to[j].Y - from[j].Y);
            if (!motions.Any(other => other.DistanceTo(motion) < SameMotion)) motions.Add(motion);
        }

        return motions;
    }

    private static double Middle(float[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[values.Length / 2];
    }
}
