using System.Text.Json.Nodes;
using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// Turns the marks of one window of a video into a training sample: pictures, questions and answers, and everything known in JSON.
/// </summary>
public static class TraceOfMark
{
    private const int JpegQuality = 92;

    /// <summary>Makes the sample of one window.</summary>
    /// <param name="key">The sample's key.</param>
    /// <param name="frames">The window's frames, at least as many as the tracks have steps; they are not changed.</param>
    /// <param name="tracks">All tracks of the window, camera motion included.</param>
    /// <param name="selected">The marks.</param>
    /// <param name="first">The turn about the unmarked first frame; null for none.</param>
    /// <param name="todo">What is being done; null when nobody said.</param>
    /// <param name="source">Where the window comes from.</param>
    /// <param name="settings">Grid, limits and mark size.</param>
    /// <param name="text">The words' switches.</param>
    /// <returns>
    /// The sample, or null when there is nothing to ask: no first turn, and no marks because there was no usable motion. Its pictures are
    /// the first frame when there is a first turn, then the marked frame when the marks are asked about.
    /// </returns>
    public static Sample? ToSample(
        string key,
        IReadOnlyList<Image> frames,
        Tracks tracks,
        TraceSelected selected,
        Turn? first,
        string? todo,
        TraceSource source,
        TraceSettings settings,
        TraceText text)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(tracks);
        ArgumentNullException.ThrowIfNull(selected);
        if (TraceConversation.Of(selected, first, todo, source, settings, text) is not { } conversation) return null;
        var images = new List<SampleImage>();
        if (first is not null) images.Add(new SampleImage(frames[0].Encode(ImageFormat.Jpeg, JpegQuality), "jpg"));
        if (conversation.AsksAboutMarks)
        {
            using Image marked = frames[selected.StartStep].Clone();
            if (!text.ListsMarks) FrameMark.Draw(marked, selected.Marks, Font.Default, settings);
            images.Add(new SampleImage(marked.Encode(ImageFormat.Jpeg, JpegQuality), "jpg"));
        }

        return new Sample(key, images, new Conversation(conversation.Turns), Describe(tracks, selected, conversation, settings));
    }

    private static JsonObject Describe(Tracks tracks, TraceSelected selected, TraceConversation conversation, TraceSettings settings)
    {
        var traces = conversation.Traces.ToDictionary(trace => trace.Number);
        var marks = new JsonArray();
        foreach (TraceMark mark in selected.Marks.OrderBy(mark => mark.Number))
        {
            var one = new JsonObject
            {
                ["number"] = mark.Number,
                ["foreground"] = mark.IsPositive,
                ["track"] = mark.Track,
                ["path"] = Points(mark.Path.Select(point => ((double)point.X, (double)point.Y))),
                ["seen_path"] = Points(tracks.Path(mark.Track).Select(point => ((double)point.X, (double)point.Y))),
                ["seen"] = string.Concat(Enumerable.Range(0, tracks.Steps).Select(step => tracks.IsVisible(step, mark.Track) ? '1' : '0')),
            };
            if (traces.TryGetValue(mark.Number, out MarkTrace? trace))
            {
                one["verdict"] = Words(trace.Verdict);
                one["speed"] = float.IsNaN(trace.Speed) ? null : Math.Round(trace.Speed, 3);
            }

            marks.Add(one);
        }

        return new JsonObject
        {
            ["kind"] = "trace-of-mark",
            ["questions"] = conversation.Questions switch
            {
                TraceQuestions.TraceOfMark => "traces",
                TraceQuestions.SetOfMark => "marks",
                _ => "semantics",
            },
            ["tasks"] = Tasks(selected, conversation),
            ["outcome"] = Words(selected.Outcome),
            ["preset"] = settings.Name,
            ["width"] = selected.Size.Width,
            ["height"] = selected.Size.Height,
            ["units"] =
                "path: pixels of the marked frame, camera motion removed; seen_path: pixels of each frame; speed: grid units per step",
            ["grid"] = settings.QuantizationGrid,
            ["start_step"] = selected.StartStep,
            ["steps"] = tracks.Steps,
            ["marks"] = marks,
        };
    }

    /// <summary>An outcome in words, as it stands in samples, manifests and statistics.</summary>
    public static string Words(TraceOutcome outcome) => outcome switch
    {
        TraceOutcome.Traces => "traces",
        TraceOutcome.SemanticsOnly => "semantics only",
        TraceOutcome.TooShort => "too short",
        TraceOutcome.NotFinite => "not finite",
        TraceOutcome.TooFewSeen => "too few seen",
        TraceOutcome.TooFewMoving => "too few moving",
        TraceOutcome.NothingStill => "nothing still",
        _ => "clustering unsettled",
    };

    /// <summary>A verdict in words, as it stands in samples.</summary>
    public static string Words(MarkVerdict verdict) => verdict switch
    {
        MarkVerdict.Written => "written",
        MarkVerdict.TooFewPoints => "too few points",
        MarkVerdict.NoSpeed => "no speed",
        _ => "too slow",
    };

    // What runs count and galleries filter by: the last question, and why it is not about traces.
    private static JsonArray Tasks(TraceSelected selected, TraceConversation conversation)
    {
        string question = conversation.Questions switch
        {
            TraceQuestions.TraceOfMark => "trace_of_mark",
            TraceQuestions.SetOfMark => "set_of_mark",
            _ => "video_semantics",
        };
        string found = selected.Outcome == TraceOutcome.Traces ? "traces_found" : $"no_traces_{Words(selected.Outcome).Replace(' ', '_')}";
        return [question, found];
    }

    private static JsonArray Points(IEnumerable<(double X, double Y)> points) =>
        [.. points.Select(point => new JsonArray(Math.Round(point.X, 2), Math.Round(point.Y, 2)))];
}
