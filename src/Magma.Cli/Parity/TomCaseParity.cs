using System.Text.Json;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>One case of the Trace-of-Mark goldens: tracks in, every stage and the finished conversation out.</summary>
internal sealed class TomCaseParity
{
    private const double LengthBar = 1e-4;
    private const double WarpBar = 0.01;

    private static readonly HashSet<string> ActionOnly = ["berkeley_cable_routing", "kuka"];

    private readonly JsonElement _case;
    private readonly GoldenTensors _tensors;
    private readonly string _id;
    private readonly TraceSource _source;
    private readonly TraceSettings _settings;
    private readonly TraceText _text;

    private TomCaseParity(JsonElement given, GoldenTensors tensors)
    {
        _case = given;
        _tensors = tensors;
        _id = Text("id");
        _source = Has("dataset_name") ? TraceSource.Robot : Has("dataset_tag") ? SourceOf(Text("dataset_tag")) : TraceSource.Ego4D;
        TraceSettings preset = Text("preset") switch
        {
            "paper" => TraceSettings.Paper,
            "demo" => TraceSettings.Demo,
            "video" => TraceSettings.Video(_source),
            "robot" => TraceSettings.Robot,
            string other => throw new InvalidDataException($"Case {_id} is of preset '{other}'; paper, demo, video or robot was expected."),
        };
        _settings = preset with
        {
            CameraThreshold = _case.GetProperty("camera_threshold").GetDouble(),
            ForegroundThreshold = _case.GetProperty("foreground_threshold").GetDouble(),
            LeastSpeed = Has("min_speed") ? _case.GetProperty("min_speed").GetDouble() : preset.LeastSpeed,
        };
        _text = new TraceText
        {
            RemovesStaticPoints = Flag("remove_static_trace_pts"),
            AsksForSpeed = Flag("mm_use_trace_speed"),
            WrapsImages = Flag("mm_use_image_start_end"),
            WrapsTraces = Flag("mm_use_trace_start_end"),
            ListsMarks = Has("som_format") && Text("som_format") != "visual",
        };
    }

    public static IEnumerable<ParityVerdict> Run(string folder, JsonElement given)
    {
        var one = new TomCaseParity(given, GoldenTensors.Read(Path.Combine(folder, given.GetProperty("tensors").GetString() ?? "")));
        return one.Has("error") ? [one.CompareCrash()] : one.Compare();
    }

    public static TraceSource SourceOf(string tag) => tag switch
    {
        "ego4d" => TraceSource.Ego4D,
        "sthv2" => TraceSource.SomethingSomething,
        "epic" => TraceSource.EpicKitchens,
        "human_instruction" => TraceSource.HumanInstruction,
        "exoego4d" => TraceSource.EgoExo4D,
        "openx_magma" => TraceSource.Robot,
        _ => throw new InvalidDataException($"'{tag}' is not a source of traces that this version knows."),
    };

    /// <summary>Where the reference crashes, ours says what is wrong.</summary>
    private ParityVerdict CompareCrash()
    {
        string name = $"{_id}: the reference crashes";
        try
        {
            TraceSelection selection = TraceSelection.Split(ReadTracks(), _settings, new SeededTraceDraws(0, _id));
            if (selection.Outcome != TraceOutcome.Traces)
            {
                return new ParityVerdict(name, ParityOutcome.Equal, Bar: "a returned case", Note: $"ours: {selection.Outcome}");
            }

            _ = ReadCaption();
            return new ParityVerdict(name, ParityOutcome.Different, Bar: "a returned case", Note: "ours found traces");
        }
        catch (InvalidDataException problem)
        {
            return new ParityVerdict(name, ParityOutcome.Equal, Bar: "a returned case", Note: problem.Message);
        }
    }

    private List<ParityVerdict> Compare()
    {
        var verdicts = new List<ParityVerdict>();
        Tracks tracks = ReadTracks();
        if (_tensors.Has("tracks_scaled"))
        {
            verdicts.Add(ParityVerdict.Exact($"{_id} tracks_scaled", tracks.Positions.SequenceEqual(_tensors.Floats("tracks_scaled"))));
        }

        var draws = new RecordedDraws(_case.GetProperty("draws"));
        if (Has("dataset_name") && ActionOnly.Contains(Text("dataset_name")))
        {
            CompareTurns(verdicts, TraceConversation.Of(NoMarks(tracks), FirstTurn(), null, _source, _settings, _text));
            return verdicts;
        }

        try
        {
            TraceSelection selection = TraceSelection.Split(tracks, _settings, draws);
            CompareOutcome(verdicts, selection, draws);
            CompareStages(verdicts, tracks, selection);
            if (!Has("turns")) return verdicts;
            string todo = _source == TraceSource.Robot ? Text("instruction") : ReadCaption().Todo;
            TraceConversation? conversation =
                TraceConversation.Of(selection.Selected, FirstTurn(), todo, _source, _settings, _text);
            CompareMarks(verdicts, conversation);
            CompareTurns(verdicts, conversation);
        }
        catch (DrawMismatch mismatch)
        {
            verdicts.Add(new ParityVerdict($"{_id} draws", ParityOutcome.Different, Note: mismatch.Message));
        }

        return verdicts;
    }

    private Tracks ReadTracks()
    {
        int[] shape = _tensors.Shape("tracks");
        PixelSize size = Size("image_wh");
        PixelSize stored = Has("stored_wh") ? Size("stored_wh") : size;
        var tracks = new Tracks(stored, shape[0], shape[1], _tensors.Floats("tracks"), _tensors.Flags("visibility"));
        return tracks.ScaleToWholePixels(size);
    }

    private TraceCaption ReadCaption() => TraceCaption.Of(TraceCaption.Clean(Text("gpt_response"), Text("instruction")), _source);

    private Turn FirstTurn()
    {
        if (_source != TraceSource.Robot)
        {
            TraceCaption caption = ReadCaption();
            return new Turn(_text.SemanticQuestion(caption, 1), TraceText.SemanticAnswer(caption));
        }

        return new Turn($"{_text.Placeholders(1)}{TraceText.RobotActionQuestion(Text("instruction"))}", TraceText.RobotActionAnswer);
    }

    private static TraceSelected NoMarks(Tracks tracks) => new(TraceOutcome.SemanticsOnly, tracks.Size, 0, tracks.Steps, []);

    private void CompareOutcome(List<ParityVerdict> verdicts, TraceSelection selection, RecordedDraws draws)
    {
        string expected = Text("outcome");
        bool equal = expected switch
        {
            "tom" or "som of all marks" => selection.Outcome == TraceOutcome.Traces,
            "semantics only" => selection.Outcome == TraceOutcome.SemanticsOnly,
            "som fallback before selection" => selection.Outcome is not (TraceOutcome.Traces or TraceOutcome.SemanticsOnly),
            "no foreground" => selection.Outcome == TraceOutcome.TooFewMoving,
            _ => selection.Outcome != TraceOutcome.Traces,
        };
        verdicts.Add(ParityVerdict.Exact(
            $"{_id} outcome", equal && draws.Left == 0, $"{expected}, ours {selection.Outcome}, {draws.Left} draws left"));
        if (_case.TryGetProperty("frame_pos", out JsonElement start))
        {
            verdicts.Add(ParityVerdict.Exact($"{_id} frame_pos", selection.StartStep == start.GetInt32()));
        }

        if (!_case.TryGetProperty("stages", out JsonElement stages)) return;
        CompareNumbers(verdicts, stages, "positive_marks",
            selection.Selected.Marks.Where(mark => mark.IsPositive).Select(mark => mark.Number));
        CompareNumbers(verdicts, stages, "negative_marks",
            selection.Selected.Marks.Where(mark => !mark.IsPositive).Select(mark => mark.Number));
    }

    private void CompareStages(List<ParityVerdict> verdicts, Tracks tracks, TraceSelection selection)
    {
        if (Has("motion_ratio"))
        {
            double[] expected = [.. _case.GetProperty("motion_ratio").EnumerateArray().Select(value => value.GetDouble())];
            verdicts.Add(Compare(
                "motion_ratio", [.. tracks.MotionRatio().Select(value => (double)value)], expected, 1e-5, relative: false));
            verdicts.Add(ParityVerdict.Exact(
                $"{_id} rightmost", TraceSelection.CountStartSteps(tracks) == _case.GetProperty("rightmost").GetInt32()));
        }

        if (_tensors.Has("valid"))
        {
            int[] valid = [.. _tensors.Flags("valid").Index().Where(flag => flag.Item).Select(flag => flag.Index)];
            verdicts.Add(ParityVerdict.Exact($"{_id} valid", valid.SequenceEqual(selection.Seen)));
        }

        CompareLengths(verdicts, "length_before", selection.Before);
        CompareCamera(verdicts, selection.Camera);
        CompareLengths(verdicts, "length_after", selection.After);
        if (_tensors.Has("foreground") && selection.Foreground is { } foreground)
        {
            verdicts.Add(ParityVerdict.Exact($"{_id} foreground", foreground.SequenceEqual(_tensors.Flags("foreground"))));
        }

        CompareCluster(verdicts, "positive", selection.Positive);
        CompareCluster(verdicts, "negative", selection.Negative);
        ComparePaths(verdicts, "positive_tracks", [.. selection.Selected.Marks.Where(mark => mark.IsPositive)]);
        ComparePaths(verdicts, "negative_tracks", [.. selection.Selected.Marks.Where(mark => !mark.IsPositive)]);
    }

    private void CompareCamera(List<ParityVerdict> verdicts, CameraMotion? camera)
    {
        if (camera is null || !_case.TryGetProperty("stages", out JsonElement stages)) return;
        if (stages.TryGetProperty("camera_motion_used", out JsonElement used))
        {
            verdicts.Add(ParityVerdict.Exact(
                $"{_id} camera motion",
                camera.WasMeasured == stages.GetProperty("camera_motion_measured").GetBoolean() && camera.WasAssumed == used.GetBoolean()));
        }

        if (stages.TryGetProperty("future_status", out JsonElement status))
        {
            string[] expected = [.. status.EnumerateArray().Select(value => value.GetString() ?? "").Distinct()];
            string[] ours = [.. camera.Frames.Select(frame => frame.Status switch
            {
                CameraFrameStatus.Found => "ok",
                CameraFrameStatus.TooFewPoints => "throws",
                _ => "none",
            }).Distinct()];
            verdicts.Add(ParityVerdict.Exact($"{_id} future_status", ours.SequenceEqual(expected), string.Join(' ', ours)));
        }

        if (_tensors.Has("tracks_compensated"))
        {
            verdicts.Add(Compare(
                "tracks_compensated", Doubles(camera.Tracks.Positions), _tensors.Doubles("tracks_compensated"), WarpBar, relative: false));
        }
    }

    private void CompareCluster(List<ParityVerdict> verdicts, string sign, TraceCluster? cluster)
    {
        if (_tensors.Has($"{sign}_cluster_ids"))
        {
            bool equal = cluster?.Clusters is { } clusters && clusters.Ids.SequenceEqual(_tensors.Integers($"{sign}_cluster_ids"));
            verdicts.Add(ParityVerdict.Exact($"{_id} {sign}_cluster_ids", equal));
            float[] centres = cluster?.Clusters?.Centres ?? [];
            verdicts.Add(Compare($"{sign}_centres", Doubles(centres), _tensors.Doubles($"{sign}_centres"), WarpBar, relative: false));
        }

        if (!_case.TryGetProperty("stages", out JsonElement stages) || !stages.TryGetProperty(sign, out JsonElement stage)) return;
        CompareNumbers(verdicts, stage, "selected", cluster?.Kept ?? []);
    }

    private void ComparePaths(List<ParityVerdict> verdicts, string name, TraceMark[] marks)
    {
        if (!_tensors.Has(name)) return;
        var ours = new List<double>();
        for (int step = 0; step < _tensors.Shape(name)[0]; step++)
        {
            foreach (TraceMark mark in marks.Where(mark => step < mark.Path.Length)) ours.AddRange([mark.Path[step].X, mark.Path[step].Y]);
        }

        verdicts.Add(Compare(name, [.. ours], _tensors.Doubles(name), WarpBar, relative: false));
    }

    private void CompareMarks(List<ParityVerdict> verdicts, TraceConversation? conversation)
    {
        if (!Has("marks")) return;
        JsonElement[] marks = [.. _case.GetProperty("marks").EnumerateArray()];
        MarkTrace[] ours = [.. conversation?.Traces ?? []];
        bool equal = marks.Length == ours.Length && marks.Zip(ours).All(pair =>
            pair.First.GetProperty("mark").GetInt32() == pair.Second.Number
            && pair.First.GetProperty("kept").GetInt32() == pair.Second.Kept.Length
            && pair.First.GetProperty("verdict").GetString() == TraceOfMark.Words(pair.Second.Verdict));
        verdicts.Add(ParityVerdict.Exact($"{_id} marks", equal, string.Join(", ", ours.Select(mark => $"{mark.Number}: {mark.Verdict}"))));
        if (!equal) return;
        // 0.01 px in a picture of 256 or more is at most 0.01 grid units.
        foreach ((string name, Func<MarkTrace, TracePoint[]> points) in new (string, Func<MarkTrace, TracePoint[]>)[]
            { ("trace_grid", mark => mark.Grid), ("kept_points", mark => mark.Kept) })
        {
            double[] theirs = [.. marks.SelectMany(mark => mark.GetProperty(name).EnumerateArray())
                .SelectMany(point => point.EnumerateArray()).Select(value => value.GetDouble())];
            double[] found = [.. ours.SelectMany(points).SelectMany(point => new double[] { point.X, point.Y })];
            verdicts.Add(Compare(name, found, theirs, WarpBar, relative: false));
        }

        verdicts.Add(Compare("speed", [.. ours.Select(mark => (double)mark.Speed)],
            [.. marks.Select(mark => TomUnitParity.Number(mark.GetProperty("speed")))], 1e-3, relative: true));
    }

    private void CompareTurns(List<ParityVerdict> verdicts, TraceConversation? conversation)
    {
        string[] expected = [.. _case.GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("value").GetString() ?? "")];
        string[] ours = [.. (conversation?.Turns ?? []).SelectMany(turn => new[] { turn.Question, turn.Answer })];
        int at = expected.Zip(ours).TakeWhile(pair => pair.First == pair.Second).Count();
        string note = at < Math.Min(expected.Length, ours.Length)
            ? $"\n  expected {expected[at]}\n  ours     {ours[at]}"
            : $"{ours.Length} texts, {expected.Length} expected";
        verdicts.Add(ParityVerdict.Exact($"{_id} turns", expected.SequenceEqual(ours), note));
    }

    private void CompareLengths(List<ParityVerdict> verdicts, string name, float[]? ours)
    {
        if (_tensors.Has(name)) verdicts.Add(Compare(name, Doubles(ours ?? []), _tensors.Doubles(name), LengthBar, relative: true));
    }

    private void CompareNumbers(List<ParityVerdict> verdicts, JsonElement stage, string name, IEnumerable<int> ours)
    {
        if (!stage.TryGetProperty(name, out JsonElement expected)) return;
        int[] numbers = expected.ValueKind == JsonValueKind.Null ? [] : [.. expected.EnumerateArray().Select(value => value.GetInt32())];
        int[] found = [.. ours];
        verdicts.Add(ParityVerdict.Exact(
            $"{_id} {name}", numbers.SequenceEqual(found), $"expected {string.Join(' ', numbers)}; ours {string.Join(' ', found)}"));
    }

    private ParityVerdict Compare(string name, double[] ours, double[] expected, double bar, bool relative) =>
        TomUnitParity.Compare($"{_id} {name}", ours, expected, bar, relative);

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++) doubles[i] = values[i];
        return doubles;
    }

    private bool Has(string name) => _case.TryGetProperty(name, out _);

    private string Text(string name) => _case.GetProperty(name).GetString() ?? "";

    private bool Flag(string name) =>
        _case.TryGetProperty("flags", out JsonElement flags) && flags.TryGetProperty(name, out JsonElement flag) && flag.GetBoolean();

    private PixelSize Size(string name) => new(_case.GetProperty(name)[0].GetInt32(), _case.GetProperty(name)[1].GetInt32());
}
