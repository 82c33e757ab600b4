using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// The default tracker, which needs no weights: pyramidal Lucas-Kanade from frame to frame with a forward-backward check
/// (Kalal, Mikolajczyk, Matas 2010), and a look at the few pixels around each point, which settles whether it went with the flow of its
/// surroundings or, beside a moving thing, with one of its neighbours, and whether something came in front. A lost point stays lost for the
/// rest of the window and is carried on by the points that moved like it: a track ends, it never jumps.
/// </summary>
/// <param name="options">Settings of the flow; null for the defaults.</param>
/// <param name="returnError">How far from its start a point may come back, in pixels.</param>
public sealed class LucasKanadeTracker(FlowOptions? options = null, double returnError = 1) : IPointTracker
{

    // Differences are mean squares of brightness, 0 to 255 squared; structure is the variance of brightness in a patch. Chosen on made
    // scenes.
    private const int NearestNeighbours = 12;
    private const double GoodDifference = 0.5;
    private const double GoodShare = 0.01;
    private const double BadDifference = 6;
    private const double BadShare = 0.2;
    private const double ClearlyBetter = 0.75;
    private const int MemoryFrames = 5;
    private const double ChangedDifference = 4;
    private const double ChangedUsual = 2.5;
    private const double ChangedShare = 0.35;

    private readonly FlowOptions _options = options ?? FlowOptions.Default;

    /// <inheritdoc/>
    public string Name => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"lucas-kanade (window {_options.Window}, {_options.Levels} levels, return error {returnError} px)");

    /// <inheritdoc/>
    public Tracks Track(IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(points);
        if (frames.Count == 0) throw new ArgumentException("There is no frame to follow points in.", nameof(frames));
        PixelSize size = frames[0].Size;
        if (frames.Any(frame => frame.Size != size))
        {
            throw new ArgumentException($"All frames must be of one size; the first is {size}.", nameof(frames));
        }

        int count = points.Count;
        var steps = new List<PixelPoint[]>(frames.Count) { points.ToArray() };
        var lastSeen = new int[count];
        for (int i = 0; i < count; i++) lastSeen[i] = size.ToBox().Contains(points[i]) ? 0 : -1;
        ImagePyramid previous = ImagePyramid.FromImage(frames[0], _options);
        try
        {
            for (int step = 1; step < frames.Count; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                ImagePyramid next = ImagePyramid.FromImage(frames[step], _options);
                steps.Add(Follow(frames[step - 1], frames[step], previous, next, steps[^1], lastSeen, step));
                previous.Dispose();
                previous = next;
                LoseChanged(frames, steps, lastSeen, step);
                LostPoints.Carry(steps, lastSeen);
            }
        }
        finally
        {
            previous.Dispose();
        }

        return ToTracks(size, steps, lastSeen);
    }

    private PixelPoint[] Follow(
        Image before, Image after, ImagePyramid previous, ImagePyramid next, PixelPoint[] at, int[] lastSeen, int step)
    {
        int[] followed = [.. Enumerable.Range(0, at.Length).Where(i => lastSeen[i] == step - 1)];
        PixelPoint[] from = [.. followed.Select(i => at[i])];
        FlowResult there = OpticalFlow.Track(previous, next, from);
        FlowResult back = OpticalFlow.Track(next, previous, there.Points);
        PixelBox inside = next.Size.ToBox();
        var agrees = new bool[followed.Length];
        for (int k = 0; k < followed.Length; k++)
        {
            agrees[k] = there.Found[k] && back.Found[k] && back.Points[k].DistanceTo(from[k]) < returnError;
        }

        PixelPoint[] moved = [.. at];
        var patches = new SmallPatches(before, after);
        double usual = UsualDifference(patches, from, there.Points, agrees);
        for (int k = 0; k < followed.Length; k++)
        {
            if (Judge(patches, usual, from, there.Points, agrees, k) is not { } place || !inside.Contains(place)) continue;
            moved[followed[k]] = place;
            lastSeen[followed[k]] = step;
        }

        return moved;
    }

    /// <summary>
    /// Gives up points whose patch has become another one over a few frames: something slid over them too slowly to be noticed from one
    /// frame to the next.
    /// </summary>
    private static void LoseChanged(IReadOnlyList<Image> frames, List<PixelPoint[]> steps, int[] lastSeen, int step)
    {
        int then = Math.Max(0, step - MemoryFrames);
        var patches = new SmallPatches(frames[then], frames[step]);
        var patchesNow = new SmallPatches(frames[step], frames[step]);
        int[] seen = [.. Enumerable.Range(0, lastSeen.Length).Where(i => lastSeen[i] == step)];
        var differences = new double[seen.Length];
        for (int k = 0; k < seen.Length; k++) differences[k] = patches.Difference(steps[then][seen[k]], steps[step][seen[k]]);
        double usual = differences.Length == 0 ? 0 : differences.Order().ElementAt(differences.Length / 2);
        for (int k = 0; k < seen.Length; k++)
        {
            double structure = patches.Structure(steps[then][seen[k]]) + patchesNow.Structure(steps[step][seen[k]]);
            if (differences[k] > Math.Max(ChangedDifference, Math.Max(ChangedUsual * usual, ChangedShare * structure))) lastSeen[seen[k]] =
                step - 1;
        }
    }

    // What noise and interpolation make of a patch that is followed rightly.
    private static double UsualDifference(SmallPatches patches, PixelPoint[] from, PixelPoint[] to, bool[] agrees)
    {
        var differences = new List<double>(from.Length);
        for (int k = 0; k < from.Length; k++)
        {
            if (agrees[k]) differences.Add(patches.Difference(from[k], to[k]));
        }

        differences.Sort();
        return differences.Count == 0 ? 0 : differences[differences.Count / 2];
    }

    /// <summary>Where one point has gone: as flow says, or as one of its neighbours did when its own patch fits that much better.</summary>
    private static PixelPoint? Judge(SmallPatches patches, double usual, PixelPoint[] from, PixelPoint[] to, bool[] agrees, int k)
    {
        double structure = patches.Structure(from[k]);
        double own = agrees[k] ? patches.Difference(from[k], to[k]) : double.PositiveInfinity;
        double fits = Math.Max(GoodDifference, Math.Max(2 * usual, GoodShare * structure));
        if (own <= fits) return to[k];
        (PixelPoint Place, double Difference) best = (to[k], own);
        foreach (int j in Neighbours(from, to, agrees, k))
        {
            var guess = new PixelPoint(from[k].X + to[j].X - from[j].X, from[k].Y + to[j].Y - from[j].Y);
            PixelPoint place = patches.Refine(from[k], guess);
            double difference = patches.Difference(from[k], place);
            if (difference < best.Difference) best = (place, difference);
        }

        // Neither flow nor a neighbour explains what is seen here now: something has come in front.
        double bad = Math.Max(BadDifference, Math.Max(4 * usual, BadShare * structure));
        if (best.Difference > (agrees[k] ? bad : 2 * fits)) return null;
        return best.Difference < ClearlyBetter * own ? best.Place : to[k];
    }

    private static List<int> Neighbours(PixelPoint[] from, PixelPoint[] to, bool[] agrees, int k)
    {
        Span<(double Distance, int Point)> nearest = stackalloc (double, int)[NearestNeighbours];
        int count = 0;
        for (int j = 0; j < from.Length; j++)
        {
            if (j == k || !agrees[j]) continue;
            double distance = from[k].DistanceTo(from[j]);
            if (count == NearestNeighbours && distance >= nearest[count - 1].Distance) continue;
            int at = count < NearestNeighbours ? count++ : count - 1;
            for (; at > 0 && nearest[at - 1].Distance > distance; at--) nearest[at] = nearest[at - 1];
            nearest[at] = (distance, j);
        }

        var chosen = new List<int>();
        foreach ((double _, int j) in nearest[..count])
        {
            bool same = chosen.Any(other => new PixelPoint(to[j].X - from[j].X, to[j].Y - from[j].Y)
                .DistanceTo(new PixelPoint(to[other].X - from[other].X, to[other].Y - from[other].Y)) < 0.75);
            if (!same) chosen.Add(j);
        }

        return chosen;
    }

    private static Tracks ToTracks(PixelSize size, List<PixelPoint[]> steps, int[] lastSeen)
    {
        int count = lastSeen.Length;
        var positions = new float[2 * steps.Count * count];
        var visible = new bool[steps.Count * count];
        for (int step = 0; step < steps.Count; step++)
        {
            for (int i = 0; i < count; i++)
            {
                int to = step * count + i;
                (positions[2 * to], positions[2 * to + 1]) = ((float)steps[step][i].X, (float)steps[step][i].Y);
                visible[to] = step <= lastSeen[i];
            }
        }

        return new Tracks(size, steps.Count, count, positions, visible);
    }
}
