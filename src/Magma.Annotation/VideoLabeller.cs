using System.Globalization;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Annotation;

/// <summary>Everything that samples from videos depend on besides the videos and their captions.</summary>
/// <param name="Traces">The recipe; its grid and window count.</param>
/// <param name="Source">What kind of video it is.</param>
/// <param name="Text">The words' switches.</param>
/// <param name="FrameStep">Every how many-th frame is used, at least 1.</param>
/// <param name="Height">The height that frames are scaled down to, in pixels; lower ones stay.</param>
public sealed record VideoSettings(TraceSettings Traces, TraceSource Source, TraceText Text, int FrameStep, int Height)
{
    /// <summary>Whether segments that the reference's recipes leave out are left out (<see cref="SegmentFilter"/>).</summary>
    public bool FiltersSegments { get; init; }

    /// <summary>Which windows are used, by how well they show what their text says; null for all.</summary>
    public ImageTextFilter? WindowFilter { get; init; }

    /// <summary>The settings as they stand in plan and manifest.</summary>
    public JsonObject ToJson(IPointTracker tracker, VideoCaptions captions) => new()
    {
        ["preset"] = Traces.Name,
        ["source"] = Source.ToString(),
        ["grid"] = Traces.GridSide,
        ["window_frames"] = Traces.WindowFrames,
        ["frame_step"] = FrameStep,
        ["height"] = Height,
        ["separates_background"] = Traces.SeparatesBackground,
        ["filters_segments"] = FiltersSegments,
        ["filters_windows"] = WindowFilter?.ToJson(),
        ["tracker"] = tracker.Name,
        ["tracker_licence"] = tracker.Licence,
        ["captions_sha256"] = captions.Hash,
    };
}

/// <summary>
/// Video to Trace-of-Mark samples, window by window in one decoding pass: follow a grid of points, remove the camera's motion, choose
/// marks, ask about them. Windows do not overlap and lie within one shot of one caption's segment. What is left out is counted by
/// reason. Memory does not grow with the video's length.
/// </summary>
/// <param name="settings">The recipe.</param>
/// <param name="captions">What the videos show.</param>
/// <param name="tracker">Follows the points.</param>
/// <param name="seed">The run's seed.</param>
public sealed class VideoLabeller(VideoSettings settings, VideoCaptions captions, IPointTracker tracker, long seed) : ILabeller
{
    private const int WidestFrame = 4096;

    private readonly Dictionary<string, long> _counts = [];
    private LabelledWindow? _last;

    /// <summary>Which files of a folder are taken for videos.</summary>
    public static IReadOnlySet<string> Extensions { get; } =
        new HashSet<string> { ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".3gp", ".ogv", ".flv", ".wmv" };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <inheritdoc/>
    public IEnumerable<Sample> Label(WorkItem item, StageTimes stages, CancellationToken cancel)
    {
        _counts.Clear();
        IReadOnlyList<VideoSegment> segments = captions.Of(item.Input, item.Path);
        if (settings.FiltersSegments) segments = [.. segments.Where(IsUsed)];
        if (segments.Count == 0) yield break;
        VideoInfo info = stages.Time("decode", () => VideoProbe.Read(item.Path, cancel));
        var options = new VideoReadOptions
        {
            Size = SizeFor(info.Size),
            Step = settings.FrameStep,
            Start = segments[0].Start,
            Length = segments.Any(segment => segment.End is null) ? null : segments.Max(segment => segment.End) - segments[0].Start,
        };
        using VideoReader reader = VideoReader.Open(info, options, cancel);
        using var windows = new VideoWindows(segments, settings.Traces.WindowFrames);
        using var frame = new Image(reader.FrameSize);
        var content = new ContentChange();
        int frames = 0, made = 0;
        bool isRead = true;
        while (isRead)
        {
            TimeSpan time = default;
            cancel.ThrowIfCancellationRequested();
            isRead = stages.Time("decode", () => reader.Read(frame, out time));
            if (isRead) frames++;
            List<VideoWindow> full = isRead
                ? windows.Take(frame, time, stages.Time("cuts", () => content.Next(frame)) >= ContentChange.Threshold)
                : windows.Finish();
            try
            {
                foreach (VideoWindow window in full)
                {
                    string key = string.Create(CultureInfo.InvariantCulture, $"{item.Key}-{made++:D5}");
                    if (Label(key, item, window, stages, cancel) is { } sample) yield return sample;
                }
            }
            finally
            {
                _last = null;
                full.ForEach(window => window.Dispose());
            }
        }

        Leave("windows_across_shots", windows.GivenUp);
        if (made == 0)
        {
            throw new InvalidDataException(
                $"no window of {settings.Traces.WindowFrames} frames (every {settings.FrameStep}.) without a cut: "
                + $"{frames} such frames were read");
        }
    }

    /// <inheritdoc/>
    public Filmstrip? FilmstripOf(Sample sample) => _last is { } last ? Filmstrip.Of(last.Window.Frames, last.Tracks, last.Selected) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool IsUsed(VideoSegment segment)
    {
        string? reason = SegmentFilter.ReasonAgainst(segment, settings.Source);
        if (reason is not null) Leave(reason);
        return reason is null;
    }

    private void Leave(string reason, long count = 1)
    {
        if (count > 0) _counts[reason] = _counts.GetValueOrDefault(reason) + count;
    }

    private Sample? Label(string key, WorkItem item, VideoWindow window, StageTimes stages, CancellationToken cancel)
    {
        PixelSize size = window.Frames[0].Size;
        double? score = null;
        if (settings.WindowFilter is { } filter)
        {
            if (window.Segment.Text is not { } shown)
            {
                Leave("windows_without_text");
                return null;
            }

            score = stages.Time("compare", () => filter.Score(shown, window.Frames, cancel));
            if (!filter.Keeps(score.Value))
            {
                Leave("windows_unlike_their_text");
                return null;
            }
        }

        TraceCaption? caption = window.Segment.Text is { } text
            ? TraceCaption.Of(TraceCaption.Clean(text, text), settings.Source)
            : null;
        // Without a caption there is no first turn to stop after.
        TraceSettings traces = caption is null ? settings.Traces with { SemanticsOnlyProbability = 0 } : settings.Traces;
        Tracks tracks = stages.Time(
            "track", () => tracker.Track(window.Frames, PointGrid.Over(size, traces.GridSide), cancel));
        TraceSelection selection = stages.Time(
            "select", () => TraceSelection.Split(tracks, traces, new SeededTraceDraws((ulong)seed, $"{item.Input} {key}")));
        Turn? first = caption is null ? null : new Turn(settings.Text.SemanticQuestion(caption, 1), TraceText.SemanticAnswer(caption));
        Sample? sample = stages.Time("draw", () => TraceOfMark.ToSample(
            key, window.Frames, tracks, selection.Selected, first, caption?.Todo, settings.Source, traces, settings.Text));
        if (sample is null) return null;
        _last = new LabelledWindow(window, tracks, selection.Selected);
        sample.Metadata["source"] = new JsonObject
        {
            ["name"] = item.Input,
            ["seconds"] = new JsonArray([.. window.Times.Select(time => (JsonNode)Math.Round(time.TotalSeconds, 6))]),
            ["frame_step"] = settings.FrameStep,
            ["caption"] = window.Segment.Text,
        };
        if (score is { } similarity) sample.Metadata["image_text_score"] = Math.Round(similarity, 4);
        sample.Metadata["camera"] = Describe(selection);
        sample.Metadata["tracker"] = tracker.Name;
        return sample;
    }

    private static JsonObject? Describe(TraceSelection selection) => selection.Camera is not { } camera ? null : new JsonObject
    {
        ["moves"] = camera.WasMeasured,
        ["removed"] = camera.WasRemoved,
        ["agreeing"] = camera.Agreement is { } agreement ? Math.Round(agreement, 3) : null,
    };

    private PixelSize SizeFor(PixelSize own)
    {
        double scale = Math.Min(1, Math.Min((double)settings.Height / own.Height, (double)WidestFrame / own.Width));
        return new PixelSize(Math.Max(1, (int)Math.Round(own.Width * scale)), Math.Max(1, (int)Math.Round(own.Height * scale)));
    }

    private sealed record LabelledWindow(VideoWindow Window, Tracks Tracks, TraceSelected Selected);
}
