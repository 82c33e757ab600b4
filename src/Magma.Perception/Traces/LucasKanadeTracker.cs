using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// The default tracker, which needs no weights: pyramidal Lucas-Kanade from frame to frame with a forward-backward check
/// (Kalal, Mikolajczyk, Matas 2010). A point that fails the check or leaves the picture is lost for the rest of the window and stays where
/// it was last seen: a track ends, it never jumps.
/// </summary>
/// <param name="options">Settings of the flow; null for the defaults.</param>
/// <param name="returnError">How far from its start a point may come back, in pixels.</param>
public sealed class LucasKanadeTracker(FlowOptions? options = null, double returnError = 1) : IPointTracker
{
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
        var positions = new float[2 * frames.Count * count];
        var visible = new bool[frames.Count * count];
        PixelPoint[] at = [.. points];
        var alive = new bool[count];
        for (int i = 0; i < count; i++) alive[i] = size.ToBox().Contains(at[i]);
        Store(0);
        ImagePyramid previous = ImagePyramid.FromImage(frames[0], _options);
        try
        {
            for (int step = 1; step < frames.Count; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                ImagePyramid next = ImagePyramid.FromImage(frames[step], _options);
                Follow(previous, next, at, alive);
                previous.Dispose();
                previous = next;
                Store(step);
            }
        }
        finally
        {
            previous.Dispose();
        }

        return new Tracks(size, frames.Count, count, positions, visible);

        void Store(int step)
        {
            for (int i = 0; i < count; i++)
            {
                int to = step * count + i;
                (positions[2 * to], positions[2 * to + 1]) = ((float)at[i].X, (float)at[i].Y);
                visible[to] = alive[i];
            }
        }
    }

    private void Follow(ImagePyramid previous, ImagePyramid next, PixelPoint[] at, bool[] alive)
    {
        int[] followed = [.. Enumerable.Range(0, at.Length).Where(i => alive[i])];
        PixelPoint[] from = [.. followed.Select(i => at[i])];
        FlowResult there = OpticalFlow.Track(previous, next, from);
        FlowResult back = OpticalFlow.Track(next, previous, there.Points);
        PixelBox inside = next.Size.ToBox();
        for (int k = 0; k < followed.Length; k++)
        {
            bool kept = there.Found[k] && back.Found[k] && back.Points[k].DistanceTo(from[k]) < returnError
                && inside.Contains(there.Points[k]);
            alive[followed[k]] = kept;
            if (kept) at[followed[k]] = there.Points[k];
        }
    }
}
