using Magma.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>
/// Follows points through a whole clip at once, from any frame in both directions. Memory grows with the clip's length. Safe for use from
/// several threads at once.
/// </summary>
/// <param name="network">The network, which stays the caller's.</param>
public sealed class CoTrackerOffline(CoTrackerNetwork network)
{
    private const int Iterations = 6;
    private const float SeenAbove = 0.9f;

    /// <summary>Follows points.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="queries">The points, in pixels of the clip.</param>
    /// <param name="isSupported">Whether a grid is followed along, which helps few points.</param>
    /// <param name="tracksBackward">Whether frames before a point's own are tracked backwards; otherwise what is said of them is a guess.</param>
    /// <param name="cancellation">Asked before every round of refinement.</param>
    /// <exception cref="ArgumentException">A point's frame is not in the clip, or its place is no number.</exception>
    public CoTrackerTracks Track(
        CoTrackerClip clip, IReadOnlyList<CoTrackerQuery> queries, bool isSupported = true, bool tracksBackward = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(queries);
        var scale = new CoTrackerScale(clip.Size);
        return TrackInFrame(clip, [.. queries.Select(scale.ToFrame)], queries, isSupported, tracksBackward, cancellation);
    }

    /// <summary>Follows an even grid of points, or those of them that a mask marks.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="side">Points per side.</param>
    /// <param name="frame">The frame that they are in.</param>
    /// <param name="mask">Row by row, of the clip's size; null for all points.</param>
    /// <param name="tracksBackward">As in <see cref="Track"/>.</param>
    /// <param name="cancellation">As in <see cref="Track"/>.</param>
    public CoTrackerTracks TrackGrid(
        CoTrackerClip clip, int side, int frame = 0, bool[]? mask = null, bool tracksBackward = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clip);
        CoTrackerQuery[] grid = CoTrackerPoints.Grid(side, frame, CoTrackerPoints.Frame);
        if (mask is not null) grid = CoTrackerPoints.Marked(grid, mask, clip.Size);
        var scale = new CoTrackerScale(clip.Size);
        CoTrackerQuery[] inClip = [.. grid.Select(point =>
        {
            (float x, float y) = scale.ToClip(point.X, point.Y);
            return new CoTrackerQuery(point.Frame, x, y);
        })];
        return TrackInFrame(clip, grid, inClip, isSupported: mask is not null, tracksBackward, cancellation);
    }

    /// <summary>Follows every pixel of a frame, in the order of <see cref="CoTrackerPoints.Dense"/>.</summary>
    /// <param name="clip">The clip, at least 80 pixels wide.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="tracksBackward">As in <see cref="Track"/>.</param>
    /// <param name="cancellation">As in <see cref="Track"/>.</param>
    public CoTrackerTracks TrackDense(
        CoTrackerClip clip, int frame = 0, bool tracksBackward = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clip);
        CoTrackerTracks[] parts =
        [
            .. CoTrackerPoints.Dense(frame, clip.Size)
                .Select(points => Track(clip, points, isSupported: false, tracksBackward, cancellation)),
        ];
        int steps = parts[0].Steps;
        return new CoTrackerTracks(
            clip.Size, 0, steps, parts.Sum(part => part.Count), SideBySide(part => part.Positions, 2), SideBySide(part => part.Seen, 1),
            SideBySide(part => part.Sure, 1), SideBySide(part => part.Visible, 1));

        T[] SideBySide<T>(Func<CoTrackerTracks, T[]> read, int width) =>
        [
            .. Enumerable.Range(0, steps).SelectMany(step =>
                parts.SelectMany(part => read(part).Skip(step * part.Count * width).Take(part.Count * width))),
        ];
    }

    private CoTrackerTracks TrackInFrame(
        CoTrackerClip clip, CoTrackerQuery[] queries, IReadOnlyList<CoTrackerQuery> inClip, bool isSupported, bool tracksBackward,
        CancellationToken cancellation)
    {
        int steps = (int)clip.Features.Frames;
        foreach (CoTrackerQuery query in queries)
        {
            if (query.Frame >= 0 && query.Frame < steps && float.IsFinite(query.X) && float.IsFinite(query.Y)) continue;
            throw new ArgumentException($"The point ({query.X}, {query.Y}) of frame {query.Frame} is not in a clip of {steps} frames.", nameof(queries));
        }

        if (queries.Length == 0) return new CoTrackerTracks(clip.Size, 0, steps, 0, [], [], [], []);
        CoTrackerQuery[] all = isSupported
            ? [.. queries, .. CoTrackerPoints.Grid(CoTrackerPoints.SupportSide, 0, CoTrackerPoints.Frame)]
            : queries;
        CoTrackerTracks found = Run(clip.Features, all, clip.Size, queries.Length, cancellation);
        if (tracksBackward)
        {
            using CoTrackerFeatures reversed = clip.Features.Reverse();
            CoTrackerTracks backward = Run(
                reversed, [.. all.Select(query => query with { Frame = steps - 1 - query.Frame })], clip.Size, queries.Length, cancellation);
            TakeBefore(found, backward, queries);
        }

        for (int i = 0; i < queries.Length; i++)
        {
            int at = (queries[i].Frame * queries.Length) + i;
            (found.Positions[2 * at], found.Positions[(2 * at) + 1]) = (inClip[i].X, inClip[i].Y);
            found.Visible[at] = true;
        }

        return found;
    }

    private CoTrackerTracks Run(
        CoTrackerFeatures features, CoTrackerQuery[] queries, PixelSize size, int count, CancellationToken cancellation)
    {
        using IDisposable unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor frames = CoTrackerQueries.Frames(queries), points = CoTrackerQueries.Points(queries);
        Tensor[] patches = CoTrackerNetwork.PatchesOf(features, frames, points);
        using CoTrackerState state = network.Refine(
            features, patches, CoTrackerState.At(points, features.Frames), Iterations, cancellation: cancellation);
        // Confidence does not count here, as the weights' own predictor has it.
        return CoTrackerTracks.Of(state, size, 0, (int)features.Frames, count, (seen, _) => seen > SeenAbove);
    }

    private static void TakeBefore(CoTrackerTracks forward, CoTrackerTracks backward, CoTrackerQuery[] queries)
    {
        for (int step = 0; step < forward.Steps; step++)
        {
            for (int i = 0; i < queries.Length; i++)
            {
                if (step >= queries[i].Frame) continue;
                int to = (step * queries.Length) + i, from = ((forward.Steps - 1 - step) * queries.Length) + i;
                (forward.Positions[2 * to], forward.Positions[(2 * to) + 1]) = (backward.Positions[2 * from], backward.Positions[(2 * from) + 1]);
                (forward.Seen[to], forward.Sure[to], forward.Visible[to]) = (backward.Seen[from], backward.Sure[from], backward.Visible[from]);
            }
        }
    }
}

/// <summary>Points to follow as tensors.</summary>
internal static class CoTrackerQueries
{
    /// <summary>Their frames, (N).</summary>
    public static Tensor Frames(IReadOnlyList<CoTrackerQuery> queries, int origin = 0) =>
        tensor([.. queries.Select(query => (long)(query.Frame - origin))]);

    /// <summary>Where they are there, (N, 2) in feature pixels.</summary>
    public static Tensor Points(IReadOnlyList<CoTrackerQuery> queries) => tensor(
        [.. queries.SelectMany(query => new[] { query.X / CoTrackerNetwork.Stride, query.Y / CoTrackerNetwork.Stride })],
        [queries.Count, 2]);
}
