using Magma.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>
/// Follows points through a video frame by frame, in windows of 16 frames that overlap by half. Holds one window, however long the video is.
/// What it says of a frame is final once a later window begins; the last 8 frames of a window are said again by the next.
/// </summary>
public sealed class CoTrackerOnline : IDisposable
{
    private const int Window = CoTrackerNetwork.OnlineRows;
    private const int Step = Window / 2;
    private const int Iterations = 6;
    private const float SeenAbove = 0.6f;

    private readonly CoTrackerNetwork _network;
    private readonly PixelSize _size;
    private readonly CoTrackerQuery[] _queries;
    private readonly int _count;
    private readonly Tensor _points;
    private readonly Tensor[] _patches;
    private readonly List<CoTrackerFeatures> _features = [];
    private CoTrackerState? _previous;
    private int _start;

    /// <summary>Begins a video.</summary>
    /// <param name="network">The network, with the weights of an online model; it stays the caller's.</param>
    /// <param name="size">The video's frames.</param>
    /// <param name="queries">The points in pixels of the video; their frames may be still to come.</param>
    /// <param name="isSupported">Whether a grid is followed along, which helps few points.</param>
    /// <exception cref="ArgumentException">The network is not an online model, or a point is impossible.</exception>
    public CoTrackerOnline(CoTrackerNetwork network, PixelSize size, IReadOnlyList<CoTrackerQuery> queries, bool isSupported = false)
        : this(network, size, isSupported, [.. queries.Select(new CoTrackerScale(size).ToFrame)])
    {
    }

    private CoTrackerOnline(CoTrackerNetwork network, PixelSize size, bool isSupported, CoTrackerQuery[] queries)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.TimeRows != Window)
        {
            throw new ArgumentException($"These are the weights of an offline model ({network.TimeRows} time steps, not {Window}).", nameof(network));
        }

        if (queries.Length == 0) throw new ArgumentException("There is no point to follow.", nameof(queries));
        if (Array.Find(queries, query => query.Frame < 0 || !float.IsFinite(query.X) || !float.IsFinite(query.Y)) is { } bad && bad != default)
        {
            throw new ArgumentException($"The point ({bad.X}, {bad.Y}) of frame {bad.Frame} cannot be followed.", nameof(queries));
        }

        (_network, _size, _count) = (network, size, queries.Length);
        _queries = isSupported ? [.. queries, .. CoTrackerPoints.Grid(CoTrackerPoints.SupportSide, 0, CoTrackerPoints.Frame)] : queries;
        using DisposeScope scope = NewDisposeScope();
        _points = CoTrackerQueries.Points(_queries).DetachFromDisposeScope();
        long[] shape = [_queries.Length, CoTrackerFeatures.Side * CoTrackerFeatures.Side, CoTrackerNetwork.Channels];
        _patches = [.. Enumerable.Range(0, CoTrackerFeatures.Levels).Select(_ => zeros(shape).DetachFromDisposeScope())];
    }

    /// <summary>Begins a video with an even grid of points.</summary>
    /// <param name="network">The network.</param>
    /// <param name="size">The video's frames.</param>
    /// <param name="side">Points per side.</param>
    /// <param name="frame">The frame that they are in.</param>
    public static CoTrackerOnline OfGrid(CoTrackerNetwork network, PixelSize size, int side, int frame = 0) =>
        new(network, size, isSupported: false, CoTrackerPoints.Grid(side, frame, CoTrackerPoints.Frame));

    /// <summary>Takes the next frame.</summary>
    /// <returns>What was found in a window that is full now; null while none is.</returns>
    /// <exception cref="ArgumentException">The frame has another size than the video.</exception>
    public CoTrackerTracks? Add(Image frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Size != _size) throw new ArgumentException($"A frame of {frame.Size} is none of a video of {_size}.", nameof(frame));
        return Add(CoTrackerClip.Encode(_network, frame), cancellation);
    }

    /// <summary>Takes the next frame as features, for trackers that share them.</summary>
    /// <param name="frame">Features of one frame, taken over.</param>
    /// <param name="cancellation">Asked before every round of refinement.</param>
    /// <returns>As above.</returns>
    public CoTrackerTracks? Add(CoTrackerFeatures frame, CancellationToken cancellation = default)
    {
        _features.Add(frame);
        return _features.Count < Window ? null : Follow(cancellation);
    }

    /// <summary>Ends the video.</summary>
    /// <returns>What was found in the frames that no window has covered; null when there are none.</returns>
    public CoTrackerTracks? Finish(CancellationToken cancellation = default) =>
        _features.Count > (_start == 0 ? 0 : Step) ? Follow(cancellation) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _features.ForEach(features => features.Dispose());
        _features.Clear();
        _previous?.Dispose();
        _points.Dispose();
        foreach (Tensor patches in _patches) patches.Dispose();
    }

    private CoTrackerTracks Follow(CancellationToken cancellation)
    {
        using IDisposable unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        int frames = _features.Count;
        // A short window at the end goes on with its last frame.
        using CoTrackerFeatures window = CoTrackerFeatures.Join(
            [.. Enumerable.Range(0, Window).Select(frame => _features[Math.Min(frame, frames - 1)])]);
        TakePatches(window);
        CoTrackerState state = _network.Refine(window, _patches, Begin(), Iterations, cancellation: cancellation);
        CoTrackerTracks found = CoTrackerTracks.Of(state, _size, _start, frames, _count, (seen, sure) => seen * sure > SeenAbove);
        _previous?.Dispose();
        _previous = state;
        foreach (CoTrackerFeatures old in _features.Take(Math.Min(Step, frames))) old.Dispose();
        _features.RemoveRange(0, Math.Min(Step, frames));
        _start += Step;
        return found;
    }

    // The own patches of the points whose frame is new in this window.
    private void TakePatches(CoTrackerFeatures window)
    {
        int from = _start == 0 ? 0 : _start + Step;
        int[] arriving = [.. Enumerable.Range(0, _queries.Length)
            .Where(i => _queries[i].Frame >= from && _queries[i].Frame < _start + Window)];
        if (arriving.Length == 0) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor index = tensor([.. arriving.Select(i => (long)i)]);
        Tensor frames = CoTrackerQueries.Frames([.. arriving.Select(i => _queries[i])], _start);
        Tensor[] patches = CoTrackerNetwork.PatchesOf(window, frames, _points.index_select(0, index));
        for (int level = 0; level < patches.Length; level++) _patches[level].index_copy_(0, index, patches[level]);
    }

    // Points that were under way go on from where they were, the last known place standing for the frames that are new.
    private CoTrackerState Begin()
    {
        CoTrackerState fresh = CoTrackerState.At(_points, Window);
        if (_previous is null) return fresh;
        using DisposeScope scope = NewDisposeScope();
        using CoTrackerState unused = fresh;
        Tensor known = tensor([.. _queries.Select(query => query.Frame < _start + Step)]).unsqueeze(1);
        return new CoTrackerState(
            where(known.unsqueeze(2), GoOn(_previous.Points), fresh.Points).DetachFromDisposeScope(),
            where(known, GoOn(_previous.Seen), fresh.Seen).DetachFromDisposeScope(),
            where(known, GoOn(_previous.Sure), fresh.Sure).DetachFromDisposeScope());
    }

    private static Tensor GoOn(Tensor before)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor last = before.narrow(1, Window - 1, 1);
        return cat([before.narrow(1, Step, Step), .. Enumerable.Repeat(last, Step)], 1).MoveToOuterDisposeScope();
    }
}
