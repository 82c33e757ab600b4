using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Magma.Annotation;
using Magma.Data;
using Magma.Datasets.Episodes;
using Magma.Datasets.LeRobot;

namespace Magma.Cli;

/// <summary><c>magma annotate robot</c>: steps of robot episodes become samples with their action and their traces.</summary>
internal static class AnnotateRobotCommand
{
    // The reference's frames; its presets' thresholds are in pixels of these.
    private const int FrameSide = 512;

    public static Command Create()
    {
        var shared = new AnnotateOptions("A LeRobot data set (v2.1, v3) or an RLDS one (TFRecord), its folder.");
        var follow = new TrackerOptions();
        var split = new Option<string>("--split") { Description = "The split of an RLDS data set.", DefaultValueFactory = _ => "train" };
        var camera =
            new Option<string?>("--camera") { Description = "Whose frames are labelled. Default: the first that is neither on the wrist nor of depths." };
        var every =
            new Option<int>("--every") { Description = "A window begins at every how many-th step.", DefaultValueFactory = _ => 16 };
        var grid = new Option<int>("--grid")
        {
            Description = "Points per side of the grid that is followed. Default: as in the reference's recipe for robots.",
            DefaultValueFactory = _ => TraceSettings.Robot.GridSide,
        };
        var window = new Option<int>("--window") { Description = "Steps of a window.", DefaultValueFactory = _ => 16 };
        var lerobot = new Option<DirectoryInfo?>("--lerobot")
        {
            Description =
                "When the run is finished, also write the episodes with their traces as a LeRobot v3 data set into this new folder.",
        };
        var fps = new Option<int?>("--fps") { Description = "Steps per second for --lerobot, where the data set (RLDS) does not say." };
        var command = new Command("robot", "Make samples of robot episodes: the action at a step, and where marked points go from there.")
        {
            split, camera, every, grid, window, lerobot, fps,
        };
        follow.AddTo(command);
        shared.AddTo(command);
        command.SetAction((arguments, cancel) => Task.FromResult(Run(arguments, cancel)));
        return command;

        int Run(ParseResult arguments, CancellationToken cancel)
        {
            string folder = shared.Folder(arguments);
            IRobotDataset dataset = RobotSources.Open(folder, arguments.GetRequiredValue(split));
            DirectoryInfo? target = arguments.GetValue(lerobot);
            int rate = target is null ? 0 : RobotSources.FramesPerSecond(dataset, arguments.GetValue(fps));
            using TrackerChoice chosen = follow.Open(arguments);
            RunOptions options = shared.Run(arguments, chosen.MostThreads);
            TraceSettings traces = TraceSettings.Robot with
            {
                GridSide = AnnotateOptions.InRange("--grid", arguments.GetValue(grid), 2, 64),
                WindowFrames = AnnotateOptions.InRange("--window", arguments.GetValue(window), 2, 256),
                SeparatesBackground = true,
            };
            string statistics = StatisticsCache.PathFor(dataset.Name, folder);
            var settings = new RobotSettings(
                traces, new TraceText(), CameraOf(dataset, arguments.GetValue(camera)), FrameSide,
                AnnotateOptions.InRange("--every", arguments.GetValue(every), 1, 100_000), StatisticsOf(dataset, statistics, cancel),
                RobotSettings.HasActionsOnly(dataset.Name));
            long seed = shared.Seed(arguments);
            JsonObject described = settings.ToJson(dataset.Name, chosen.Tracker);
            described["seed"] = seed;
            int episodes = checked((int)dataset.EpisodeCount);
            string name = Path.GetFileName(folder);
            var plan = new RunPlan(
                "robot", AnnotateOptions.Tool, described, shared.ItemsPerShard(arguments, episodes),
                [.. Enumerable.Range(0, episodes).Select(episode => new PlannedItem(name, episode.ToString(CultureInfo.InvariantCulture)))]);
            var run = new AnnotationRun(
                plan, Path.GetDirectoryName(folder)!, () => new RobotLabeller(dataset, settings, chosen.Tracker, seed), options);
            int code = RunDisplay.Execute(run, options, "episodes", cancel);
            if (Directory.Exists(options.Out)) AtomicFile.WriteAllBytes(Path.Combine(options.Out, StatisticsCache.FileName), File.ReadAllBytes(statistics));
            bool finished = code != CommandLine.Cancelled && File.Exists(Path.Combine(options.Out, ShardManifest.FileName));
            if (target is not null && finished) WriteLeRobot(dataset, options.Out, target.FullName, rate, cancel);
            return code;
        }
    }

    private static string CameraOf(IRobotDataset dataset, string? wanted)
    {
        IReadOnlyList<string> cameras = FirstEpisode(dataset).Cameras;
        if (wanted is not null)
        {
            return cameras.Contains(wanted)
                ? wanted
                : throw new InvalidDataException($"{dataset.Name} has no camera '{wanted}'; it has {string.Join(", ", cameras)}.");
        }

        return cameras.FirstOrDefault(camera => !Says(camera, "wrist") && !Says(camera, "depth")) ?? cameras.FirstOrDefault()
            ?? throw new InvalidDataException($"{dataset.Name} has no camera; there is nothing to see.");
    }

    private static bool Says(string camera, string word) => camera.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static RobotEpisode FirstEpisode(IRobotDataset dataset)
    {
        string? damage = null;
        return dataset.Episodes(message => damage ??= message).FirstOrDefault(episode => episode.Steps.Count > 0) ?? throw new InvalidDataException(
            $"{dataset.Name} has no episode that can be read and has a step{(damage is null ? "." : $"; the first trouble was: {damage}")}");
    }

    // Of seven numbers the last is the gripper, which is 0 to 1 and stays so.
    private static ActionStatistics StatisticsOf(IRobotDataset dataset, string cache, CancellationToken cancel)
    {
        // The run itself records what is lost; here it is only said that the numbers are without it.
        static void Say(string damage) => Console.Error.WriteLine($"left out of the statistics: {damage}");
        ActionStatistics all = NormalizationStatistics.Compute(dataset, cache, Say, cancel).Action;
        return all.Mean.Length == ActionCodec.Dimensions ? all with { Mask = [true, true, true, true, true, true, false] } : all;
    }

    private static void WriteLeRobot(IRobotDataset dataset, string run, string target, int rate, CancellationToken cancel)
    {
        LeRobotDescription description = RobotSources.Describe(dataset, rate);
        if (description.Features.All(feature => feature.Name != LeRobotFeature.EventsName))
        {
            description =
                description with { Features = [.. description.Features, new LeRobotFeature(LeRobotFeature.EventsName, "language", [1])] };
        }

        var display = new StreamDisplay("episodes");
        IEnumerable<RobotEpisode> episodes = TraceEvents
            .AddTo(run, dataset, camera => RobotSources.CameraName(dataset, camera), display.Problem)
            .Select(episode => RobotSources.Named(dataset, episode));
        long count = LeRobotWriter.Write(target, description, display.Watch(episodes), cancel);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{count:N0} episodes with their traces written to {target} as LeRobot v3.0"));
    }
}
