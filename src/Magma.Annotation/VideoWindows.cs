using Magma.Vision;

namespace Magma.Annotation;

/// <summary>Some frames of a video in a row. The owner disposes of it.</summary>
/// <param name="Segment">The segment that they lie in.</param>
/// <param name="Frames">The frames, upright and scaled.</param>
/// <param name="Times">When each is shown.</param>
internal sealed record VideoWindow(VideoSegment Segment, IReadOnlyList<Image> Frames, IReadOnlyList<TimeSpan> Times) : IDisposable
{
    public void Dispose()
    {
        foreach (Image frame in Frames) frame.Dispose();
    }
}

/// <summary>
/// Cuts a stream of frames into windows: within each segment from its first frame on, one after the other, none across a cut, none of a
/// scene that ends too soon after its cut, the rest at the end left out. Holds less than one window, or one scene too short, per segment
/// under way.
/// </summary>
/// <param name="segments">In the order of their starts; they may overlap.</param>
/// <param name="length">Frames of a window.</param>
/// <param name="shortestScene">Frames that a scene behind a cut must have.</param>
internal sealed class VideoWindows(IReadOnlyList<VideoSegment> segments, int length, int shortestScene) : IDisposable
{
    private readonly List<OpenSegment> _open = [];
    private int _next;

    /// <summary>Windows that were given up because their scene was too short.</summary>
    public int GivenUp { get; private set; }

    /// <summary>Takes the next frame, of which it keeps copies.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="time">When it is shown.</param>
    /// <param name="isCut">Whether a new shot begins with it.</param>
    /// <returns>The windows that are full now; the caller disposes of them.</returns>
    public List<VideoWindow> Take(Image frame, TimeSpan time, bool isCut)
    {
        for (; _next < segments.Count && segments[_next].Start <= time; _next++) _open.Add(new OpenSegment(segments[_next], shortestScene));
        var full = new List<VideoWindow>();
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            if (!(time >= _open[i].Segment.End)) continue;
            Clear(_open[i]);
            _open.RemoveAt(i);
        }

        foreach (OpenSegment open in _open)
        {
            if (isCut)
            {
                Clear(open);
                open.SceneLength = 0;
            }

            open.SceneLength++;
            open.Frames.Add(frame.Clone());
            open.Times.Add(time);
            if (open.Frames.Count == length)
            {
                open.Waiting.Add(new VideoWindow(open.Segment, [.. open.Frames], [.. open.Times]));
                open.Frames.Clear();
                open.Times.Clear();
            }

            if (open.SceneLength < shortestScene) continue;
            full.AddRange(open.Waiting);
            open.Waiting.Clear();
        }

        return full;
    }

    /// <summary>Gives up what is not a whole window.</summary>
    public void Dispose()
    {
        _open.ForEach(Clear);
        _open.Clear();
    }

    private void Clear(OpenSegment open)
    {
        open.Frames.ForEach(frame => frame.Dispose());
        open.Frames.Clear();
        open.Times.Clear();
        GivenUp += open.Waiting.Count;
        open.Waiting.ForEach(window => window.Dispose());
        open.Waiting.Clear();
    }

    // A segment's first scene was begun by whoever chose the segment: it counts as long enough.
    private sealed class OpenSegment(VideoSegment segment, int sceneLength)
    {
        public VideoSegment Segment => segment;

        public int SceneLength { get; set; } = sceneLength;

        public List<Image> Frames { get; } = [];

        public List<TimeSpan> Times { get; } = [];

        public List<VideoWindow> Waiting { get; } = [];
    }
}
