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
/// Cuts a stream of frames into windows: within each segment from its first frame on, one after the other, none across a cut, the rest at
/// the end left out. Holds less than one window per segment that is under way.
/// </summary>
/// <param name="segments">In the order of their starts; they may overlap.</param>
/// <param name="length">Frames of a window.</param>
internal sealed class VideoWindows(IReadOnlyList<VideoSegment> segments, int length) : IDisposable
{
    private readonly List<(VideoSegment Segment, List<Image> Frames, List<TimeSpan> Times)> _open = [];
    private int _next;

    /// <summary>Takes the next frame, of which it keeps copies.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="time">When it is shown.</param>
    /// <param name="isCut">Whether a new shot begins with it.</param>
    /// <returns>The windows that are full now; the caller disposes of them.</returns>
    public List<VideoWindow> Take(Image frame, TimeSpan time, bool isCut)
    {
        for (; _next < segments.Count && segments[_next].Start <= time; _next++) _open.Add((segments[_next], [], []));
        var full = new List<VideoWindow>();
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            if (!(time >= _open[i].Segment.End)) continue;
            Clear(_open[i].Frames, _open[i].Times);
            _open.RemoveAt(i);
        }

        foreach ((VideoSegment segment, List<Image> frames, List<TimeSpan> times) in _open)
        {
            if (isCut) Clear(frames, times);
            frames.Add(frame.Clone());
            times.Add(time);
            if (frames.Count < length) continue;
            full.Add(new VideoWindow(segment, [.. frames], [.. times]));
            frames.Clear();
            times.Clear();
        }

        return full;
    }

    /// <summary>Gives up what is not a whole window.</summary>
    public void Dispose()
    {
        foreach ((VideoSegment _, List<Image> frames, List<TimeSpan> times) in _open) Clear(frames, times);
        _open.Clear();
    }

    private static void Clear(List<Image> frames, List<TimeSpan> times)
    {
        foreach (Image frame in frames) frame.Dispose();
        frames.Clear();
        times.Clear();
    }
}
