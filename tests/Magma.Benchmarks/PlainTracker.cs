using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary>
/// The point tracking that everybody writes first, as in <c>peers/tracking.py</c>: OpenCV's pyramidal Lucas-Kanade from frame to frame,
/// pyramids made anew for both directions, a point goes on even when the way back disagrees.
/// </summary>
internal sealed class PlainTracker : IPointTracker
{
    public string Name => "plain Lucas-Kanade";

    public Tracks Track(IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, CancellationToken cancellation = default)
    {
        int count = points.Count;
        var positions = new float[2 * frames.Count * count];
        var visible = new bool[frames.Count * count];
        PixelPoint[] at = [.. points];
        for (int i = 0; i < count; i++)
        {
            (positions[2 * i], positions[2 * i + 1]) = ((float)at[i].X, (float)at[i].Y);
            visible[i] = true;
        }

        for (int step = 1; step < frames.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            FlowResult there = Follow(frames[step - 1], frames[step], at);
            FlowResult back = Follow(frames[step], frames[step - 1], there.Points);
            for (int i = 0; i < count; i++)
            {
                int to = step * count + i;
                (positions[2 * to], positions[2 * to + 1]) = ((float)there.Points[i].X, (float)there.Points[i].Y);
                visible[to] = there.Found[i] && back.Found[i] && back.Points[i].DistanceTo(at[i]) < 1;
            }

            at = there.Points;
        }

        return new Tracks(frames[0].Size, frames.Count, count, positions, visible);
    }

    private static FlowResult Follow(Image from, Image to, PixelPoint[] points)
    {
        using ImagePyramid before = ImagePyramid.FromImage(from);
        using ImagePyramid after = ImagePyramid.FromImage(to);
        return OpticalFlow.Track(before, after, points);
    }
}
