using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// CoTracker3 as a tracker of windows. Points are followed together with a support grid, from the first frame on. With the weights of an
/// online model the window goes through in steps, so memory does not grow with its length.
/// </summary>
public sealed class CoTrackerPointTracker : IPointTracker, IDisposable
{
    private readonly CoTrackerNetwork _network;
    private readonly bool _isOnline;

    /// <summary>Wraps a network, which is disposed of with the tracker.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weightsHash">What its weights are known by in names and manifests: the SHA-256 of their file, lower-case hexadecimal.</param>
    public CoTrackerPointTracker(CoTrackerNetwork network, string weightsHash)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        _isOnline = network.TimeRows == CoTrackerNetwork.OnlineRows;
        Name = $"cotracker3 {(_isOnline ? "online" : "offline")} (weights {weightsHash})";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Licence => $"{CoTrackerWeights.Licence}: labelled by a non-commercial tracker";

    /// <inheritdoc/>
    public Tracks Track(IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(points);
        if (frames.Count == 0) throw new ArgumentException("There is no frame to follow points in.", nameof(frames));
        if (points.Count == 0) return new Tracks(frames[0].Size, frames.Count, 0, [], []);
        // The middle of the first pixel is at 0 there and at a half here.
        CoTrackerQuery[] queries = [.. points.Select(point => new CoTrackerQuery(0, (float)point.X - 0.5f, (float)point.Y - 0.5f))];
        return _isOnline ? Stream(frames, queries, cancellation) : Whole(frames, queries, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private Tracks Whole(IReadOnlyList<Image> frames, CoTrackerQuery[] queries, CancellationToken cancellation)
    {
        using CoTrackerClip clip = CoTrackerClip.Of(_network, frames, cancellation);
        return new CoTrackerOffline(_network).Track(clip, queries, cancellation: cancellation).ToTracks();
    }

    private Tracks Stream(IReadOnlyList<Image> frames, CoTrackerQuery[] queries, CancellationToken cancellation)
    {
        var positions = new float[2 * frames.Count * queries.Length];
        var visible = new bool[frames.Count * queries.Length];
        using var stream = new CoTrackerOnline(_network, frames[0].Size, queries, isSupported: true);
        foreach (Image frame in frames)
        {
            cancellation.ThrowIfCancellationRequested();
            Take(stream.Add(frame, cancellation));
        }

        Take(stream.Finish(cancellation));
        return new Tracks(frames[0].Size, frames.Count, queries.Length, positions, visible);

        // A later window says its first frames again, and better.
        void Take(CoTrackerTracks? window)
        {
            if (window is null) return;
            for (int i = 0; i < window.Positions.Length; i++)
            {
                positions[(2 * window.First * queries.Length) + i] = window.Positions[i] + 0.5f;
            }

            window.Visible.CopyTo(visible, window.First * queries.Length);
        }
    }
}
