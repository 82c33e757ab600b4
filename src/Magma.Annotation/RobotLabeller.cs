using System.Globalization;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Episodes;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Annotation;

/// <summary>Everything that samples from robot episodes depend on besides the episodes.</summary>
/// <param name="Traces">The recipe; its grid and window count.</param>
/// <param name="Text">The words' switches.</param>
/// <param name="Camera">The camera whose frames are labelled.</param>
/// <param name="Side">Frames are brought to a square of this side, in pixels.</param>
/// <param name="Every">A window begins at every how many-th step, at least 1.</param>
/// <param name="Statistics">What actions are normalised by.</param>
/// <param name="ActionsOnly">Whether the episodes give no traces.</param>
public sealed record RobotSettings(
    TraceSettings Traces, TraceText Text, string Camera, int Side, int Every, ActionStatistics Statistics, bool ActionsOnly)
{
    private static readonly string[] WithoutTraces = ["berkeley_cable_routing", "kuka"];

    /// <summary>Whether the reference's recipe takes only actions from a data set.</summary>
    public static bool HasActionsOnly(string dataset) =>
        WithoutTraces.Any(name => dataset.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The settings as they stand in plan and manifest.</summary>
    public JsonObject ToJson(string dataset, IPointTracker tracker) => new()
    {
        ["dataset"] = dataset,
        ["preset"] = Traces.Name,
        ["camera"] = Camera,
        ["side"] = Side,
        ["every"] = Every,
        ["grid"] = Traces.GridSide,
        ["window_frames"] = Traces.WindowFrames,
        ["separates_background"] = Traces.SeparatesBackground,
        ["actions_only"] = ActionsOnly,
        ["tracker"] = tracker.Name,
        ["tracker_licence"] = tracker.Licence,
        ["action_statistics"] = System.Text.Json.JsonSerializer.SerializeToNode(Statistics),
    };
}

/// <summary>
/// Robot episodes to samples: for every window of steps the action at its first step, then Trace-of-Mark (or Set-of-Mark) on its frames.
/// Steps without an instruction give none. Memory does not grow with an episode's length.
/// </summary>
/// <param name="dataset">The episodes; an item's part is the place of one in it.</param>
/// <param name="settings">The recipe.</param>
/// <param name="tracker">Follows the points.</param>
/// <param name="seed">The run's seed.</param>
public sealed class RobotLabeller(IRobotDataset dataset, RobotSettings settings, IPointTracker tracker, long seed) : ILabeller
{
    private static readonly ActionCodec Codec = new();

    private IEnumerator<RobotEpisode>? _episodes;
    private long _next;
    private LabelledWindow? _last;

    /// <inheritdoc/>
    public IEnumerable<Sample> Label(WorkItem item, StageTimes stages, CancellationToken cancel)
    {
        RobotEpisode episode = stages.Time("read", () => Read(long.Parse(item.Part!, CultureInfo.InvariantCulture)));
        var size = new PixelSize(settings.Side, settings.Side);
        var frames = new List<Image>();
        int start = 0, made = 0;
        using IEnumerator<Image> pictures = episode.Frames(settings.Camera).GetEnumerator();
        PixelSize own = default;
        try
        {
            while (stages.Time("decode", pictures.MoveNext))
            {
                cancel.ThrowIfCancellationRequested();
                using (Image picture = pictures.Current)
                {
                    own = picture.Size;
                    frames.Add(stages.Time("decode", () => picture.Resize(size)));
                }

                if (frames.Count < Math.Max(settings.Traces.WindowFrames, settings.Every)) continue;
                if (Make() is { } sample) yield return sample;
                Forget();
            }

            // Windows that the episode's end cuts short.
            while (frames.Count > 0)
            {
                if (Make() is { } sample) yield return sample;
                Forget();
            }
        }
        finally
        {
            _last = null;
            frames.ForEach(frame => frame.Dispose());
        }

        Sample? Make()
        {
            cancel.ThrowIfCancellationRequested();
            string key = string.Create(CultureInfo.InvariantCulture, $"{item.Key}-{made++:D5}");
            List<Image> window = frames[..Math.Min(settings.Traces.WindowFrames, frames.Count)];
            return Label(key, item, episode, start, window, own, stages, cancel);
        }

        void Forget()
        {
            int gone = Math.Min(settings.Every, frames.Count);
            frames.GetRange(0, gone).ForEach(frame => frame.Dispose());
            frames.RemoveRange(0, gone);
            start += gone;
            _last = null;
        }
    }

    /// <inheritdoc/>
    public Filmstrip? FilmstripOf(Sample sample) => _last is { } last ? Filmstrip.Of(last.Frames, last.Tracks, last.Selected) : null;

    /// <inheritdoc/>
    public void Dispose() => _episodes?.Dispose();

    // Items come in order, so as a rule the next episode is the one wanted.
    private RobotEpisode Read(long index)
    {
        if (_episodes is null || _next != index)
        {
            _episodes?.Dispose();
            _episodes = dataset.EpisodesFrom(index).GetEnumerator();
        }

        IEnumerator<RobotEpisode> episodes = _episodes;
        _episodes = null;
        if (!episodes.MoveNext()) throw new InvalidDataException($"the data set ends before episode {index}");
        (_episodes, _next) = (episodes, index + 1);
        return episodes.Current;
    }

    private Sample? Label(
        string key, WorkItem item, RobotEpisode episode, int start, List<Image> frames, PixelSize own, StageTimes stages, CancellationToken cancel)
    {
        RobotStep step = episode.Steps[start];
        string instruction = step.Instruction.Trim();
        if (instruction.Length == 0) return null;
        (Turn action, JsonObject described) = ActionTurn(step, instruction);
        Tracks tracks = settings.ActionsOnly
            ? new Tracks(frames[0].Size, frames.Count, 0, [], [])
            : stages.Time("track", () => tracker.Track(frames, PointGrid.Over(frames[0].Size, settings.Traces.GridSide), cancel));
        TraceSelected selected = settings.ActionsOnly
            ? new TraceSelected(TraceOutcome.SemanticsOnly, frames[0].Size, 0, frames.Count, [])
            : stages.Time("select", () => TraceSelection.Split(
                tracks, settings.Traces, new SeededTraceDraws((ulong)seed, $"{item.Input} {key}")).Selected);
        Sample? sample = stages.Time("draw", () => TraceOfMark.ToSample(
            key, frames, tracks, selected, action, instruction, TraceSource.Robot, settings.Traces, settings.Text));
        if (sample is null) return null;
        _last = tracks.Count > 0 ? new LabelledWindow(frames, tracks, selected) : null;
        sample.Metadata["action"] = described;
        sample.Metadata["source"] = new JsonObject
        {
            ["name"] = item.Input,
            ["episode"] = episode.Id,
            ["episode_index"] = long.Parse(item.Part!, CultureInfo.InvariantCulture),
            ["step"] = start,
            ["camera"] = settings.Camera,
            ["camera_size"] = new JsonArray(own.Width, own.Height),
            ["instruction"] = instruction,
        };
        sample.Metadata["tracker"] = settings.ActionsOnly ? null : tracker.Name;
        return sample;
    }

    private (Turn Turn, JsonObject Described) ActionTurn(RobotStep step, string instruction)
    {
        if (step.Action.Length != settings.Statistics.Mean.Length || !Array.TrueForAll(step.Action, float.IsFinite))
        {
            throw new InvalidDataException(
                $"an action of {settings.Statistics.Mean.Length} finite numbers was expected, found [{string.Join(", ", step.Action)}]");
        }

        float[] normalized = settings.Statistics.Normalize(step.Action);
        int[] tokens = Codec.Encode([.. normalized.Select(value => (double)value)]);
        string question = $"{(settings.Text.WrapsImages ? "<image_start><image><image_end>" : "<image>")}\n"
            + TraceText.RobotActionQuestion(instruction.ToLowerInvariant());
        return (new Turn(question, string.Concat(Enumerable.Repeat("<action>", tokens.Length))), new JsonObject
        {
            ["values"] = new JsonArray([.. step.Action.Select(value => (JsonNode)value)]),
            ["normalized"] = new JsonArray([.. normalized.Select(value => (JsonNode)value)]),
            ["tokens"] = new JsonArray([.. tokens.Select(token => (JsonNode)token)]),
            ["vocabulary"] = Codec.VocabularySize,
        });
    }

    private sealed record LabelledWindow(IReadOnlyList<Image> Frames, Tracks Tracks, TraceSelected Selected);
}
