using System.CommandLine;
using System.Globalization;
using Magma.Annotation;
using Magma.Data;
using Magma.Perception;

namespace Magma.Cli;

/// <summary><c>magma annotate videos</c>: windows of videos become Trace-of-Mark samples.</summary>
internal static class AnnotateVideosCommand
{
    private static readonly Dictionary<string, TraceSource> Sources = new()
    {
        ["ego4d"] = TraceSource.Ego4D,
        ["sthv2"] = TraceSource.SomethingSomething,
        ["epic"] = TraceSource.EpicKitchens,
        ["human_instruction"] = TraceSource.HumanInstruction,
        ["exoego4d"] = TraceSource.EgoExo4D,
        ["robot"] = TraceSource.Robot,
    };

    public static Command Create()
    {
        var shared = new AnnotateOptions("Video files, folders of them, and patterns.");
        var captions = new Option<FileInfo?>("--captions")
        {
            Description = "What the videos show: a JSON lines file with video, start, end (seconds) and text, or a .json file of lists of these by video. "
                + "Default: clip.txt beside clip.mp4.",
        };
        var preset = new Option<string?>("--preset")
        {
            Description = "Whose grid and thresholds: the paper's, the released demo's, or those of training on videos or on robot episodes. Default: video, with the "
                + "paper's grid.",
        };
        preset.AcceptOnlyFromAmong("paper", "demo", "video", "robot");
        var source = new Option<string>("--source")
        {
            Description = "What kind of videos these are: decides the words of the first question and how captions are read.",
            DefaultValueFactory = _ => "sthv2",
        };
        source.AcceptOnlyFromAmong([.. Sources.Keys]);
        var grid = new Option<int?>("--grid")
        {
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"Points per side of the grid that is followed. Default: the preset's; without --preset the paper's {TraceSettings.Paper.GridSide}."),
        };
        var window = new Option<int>("--window") { Description = "Frames of a window.", DefaultValueFactory = _ => 16 };
        var step = new Option<int>("--step") { Description = "Every how many-th frame is used.", DefaultValueFactory = _ => 1 };
        var height = new Option<int>("--height")
        {
            Description = "Frames are scaled down to this height, in pixels.",
            DefaultValueFactory = _ => 512,
        };
        var filter = new Option<bool>("--filter")
        {
            Description = "Leave out segments by text and length as the reference's recipe for --source does.",
        };
        var follow = new TrackerOptions();
        var clip = new ClipOptions();
        var command = new Command("videos", "Follow points through windows of videos and make Trace-of-Mark samples of them.")
        {
            captions, preset, source, grid, window, step, height, filter,
        };
        follow.AddTo(command);
        clip.AddTo(command);
        shared.AddTo(command);
        command.SetAction((arguments, cancel) => Task.FromResult(Run(arguments, cancel)));
        return command;

        int Run(ParseResult arguments, CancellationToken cancel)
        {
            TraceSource kind = Sources[arguments.GetRequiredValue(source)];
            string? recipe = arguments.GetValue(preset);
            TraceSettings traces = recipe switch
            {
                "paper" => TraceSettings.Paper,
                "demo" => TraceSettings.Demo,
                "robot" => TraceSettings.Robot,
                _ => TraceSettings.Video(kind),
            };
            int side = arguments.GetValue(grid) ?? (recipe is null ? TraceSettings.Paper : traces).GridSide;
            traces = traces with
            {
                GridSide = AnnotateOptions.InRange("--grid", side, 2, 64),
                WindowFrames = AnnotateOptions.InRange("--window", arguments.GetValue(window), 2, 256),
                SeparatesBackground = true,
            };
            using ClipScorer? scorer = clip.Open(arguments);
            var settings = new VideoSettings(
                traces, kind, new TraceText(), AnnotateOptions.InRange("--step", arguments.GetValue(step), 1, 1000),
                AnnotateOptions.InRange("--height", arguments.GetValue(height), 16, 2160))
            {
                FiltersSegments = arguments.GetValue(filter),
                WindowFilter = clip.Filter(arguments, scorer),
            };
            VideoCaptions texts = arguments.GetValue(captions) is { } file ? VideoCaptions.Read(file.FullName) : VideoCaptions.None;
            using TrackerChoice chosen = follow.Open(arguments);
            IPointTracker tracker = chosen.Tracker;
            InputFiles inputs = shared.FindInputs(arguments, VideoLabeller.Extensions);
            long seed = shared.Seed(arguments);
            System.Text.Json.Nodes.JsonObject described = settings.ToJson(tracker, texts);
            described["seed"] = seed;
            var plan = new RunPlan(
                "videos", AnnotateOptions.Tool, described, shared.ItemsPerShard(arguments, inputs.Names.Count),
                [.. inputs.Names.Select(name => new PlannedItem(name))]);
            RunOptions options = shared.Run(arguments, chosen.MostThreads);
            var run = new AnnotationRun(plan, inputs.Root, () => new VideoLabeller(settings, texts, tracker, seed), options);
            return RunDisplay.Execute(run, options, "videos", cancel);
        }
    }
}
