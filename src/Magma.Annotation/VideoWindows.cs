using Magma.Perception;
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
/// Cuts a stream of frames into windows: within each segment, and in it within each scene (<see cref="SceneCuts"/>), from its first frame on,
/// one after the other, the rest at the end left out. Of a scene's windows, one with a change of shots in it (a flash, shots too short to be
/// scenes) is given up: nothing can be followed through it. Holds less than a window and a shortest scene per segment under way.
/// </summary>
/// <param name="segments">In the order of their starts; they may overlap.</param>
/// <param name="length">Frames of a window.</param>
internal sealed class VideoWindows(IReadOnlyList<VideoSegment> segments, int length) : IDisposable
{
    private readonly List<OpenSegment> _open = [];
    private int _next;

    /// <summary>Windows that were given up because of a change of shots in them.</summary>
    public int GivenUp { get; private set; }

    /// <summary>Takes the next frame, of which it keeps copies.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="time">When it is shown.</param>
    /// <param name="isChanged">Whether it shows another shot than the one before.</param>
    /// <returns>The windows that are known now; the caller disposes of them.</returns>
    public List<VideoWindow> Take(Image frame, TimeSpan time, bool isChanged)
    {
        for (; _next < segments.Count && segments[_next].Start <= time; _next++) _open.Add(new OpenSegment(segments[_next]));
        var full = new List<VideoWindow>();
        foreach (OpenSegment ended in _open.Where(open => time >= open.Segment.End).ToList())
        {
            full.AddRange(Windows(ended, long.MaxValue));
            ended.Drop(ended.Frames.Count);
            _open.Remove(ended);
        }

        foreach (OpenSegment open in _open)
        {
            long? cut = open.Cuts.Take(isChanged);
            open.Frames.Add(new Frame(frame.Clone(), time, isChanged));
            if (cut is { } first)
            {
                full.AddRange(Windows(open, first));
                open.Drop((int)(first - open.First));
            }

            full.AddRange(Windows(open, open.Cuts.FirstOpen));
        }

        return full;
    }

    /// <summary>The windows that were still open when the video ended; the caller disposes of them.</summary>
    public List<VideoWindow> Finish()
    {
        List<VideoWindow> full = [.. _open.SelectMany(open => Windows(open, long.MaxValue))];
        Dispose();
        return full;
    }

    /// <summary>Gives up what is not a whole window.</summary>
    public void Dispose()
    {
        _open.ForEach(open => open.Drop(open.Frames.Count));
        _open.Clear();
    }

    // The windows that end before a frame.
    private List<VideoWindow> Windows(OpenSegment open, long end)
    {
        var full = new List<VideoWindow>();
        while (open.Frames.Count >= length && open.First + length <= end)
        {
            List<Frame> frames = open.Frames[..length];
            if (frames.Skip(1).Any(frame => frame.IsChanged))
            {
                GivenUp++;
                open.Drop(length);
                continue;
            }

            full.Add(new VideoWindow(open.Segment, [.. frames.Select(frame => frame.Image)], [.. frames.Select(frame => frame.Time)]));
            open.Frames.RemoveRange(0, length);
            open.First += length;
        }

        return full;
    }

    private readonly record struct Frame(Image Image, TimeSpan Time, bool IsChanged);

    private sealed class OpenSegment(VideoSegment segment)
    {
        public VideoSegment Segment => segment;

        public SceneCuts Cuts { get; } = new();

        public List<Frame> Frames { get; } = [];

        // The number of the first of them in the segment.
        public long First { get; set; }

        public void Drop(int count)
        {
            Frames.GetRange(0, count).ForEach(frame => frame.Image.Dispose());
            Frames.RemoveRange(0, count);
            First += count;
        }
    }
}
