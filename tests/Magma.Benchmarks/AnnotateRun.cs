using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Annotation;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;
using TraceSource = Magma.Data.TraceSource;

namespace Magma.Benchmarks;

/// <summary>What one annotation run took.</summary>
/// <param name="PerSecond">Inputs a second.</param>
/// <param name="Cores">Processor time of the process and its children, over the run's time.</param>
/// <param name="PeakMiB">The largest resident size of the process during the run.</param>
/// <param name="Stages">Seconds the workers spent in each stage.</param>
internal sealed record AnnotateFigures(double PerSecond, double Cores, double PeakMiB, IReadOnlyDictionary<string, double> Stages);

/// <summary>One annotation run in a process of its own, on as many cores as it is given.</summary>
internal static class AnnotateRun
{
    public const string Screens = "screens";
    public const string Clips = "clips";
    private const string Name = "annotate-run";

    /// <summary>The subcommand that the process of its own runs; it prints <see cref="AnnotateFigures"/> as JSON.</summary>
    public static Command Create()
    {
        var kind = new Argument<string>("kind");
        var inputs = new Argument<string>("inputs");
        var output = new Argument<string>("output");
        var workers = new Argument<int>("workers");
        var command = new Command(Name, "One run of annotate, in this process.") { kind, inputs, output, workers };
        command.Hidden = true;
        command.SetAction((parsed, cancel) =>
        {
            AnnotateFigures figures = Run(
                parsed.GetRequiredValue(kind), parsed.GetRequiredValue(inputs), parsed.GetRequiredValue(output), parsed.GetRequiredValue(workers), cancel);
            Console.WriteLine(JsonSerializer.Serialize(figures));
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Starts the run on the first <paramref name="cores"/> cores and waits for its figures.</summary>
    /// <exception cref="InvalidOperationException">The run failed; the message holds what it wrote.</exception>
    public static AnnotateFigures InOwnProcess(string kind, string inputs, string output, int workers, int cores) =>
        OwnProcess.Figures<AnnotateFigures>([Name, kind, inputs, output, $"{workers}"], cores);

    private static AnnotateFigures Run(string kind, string folder, string output, int workers, CancellationToken cancel)
    {
        VisionLibrary.Threads = 1;
        (IReadOnlySet<string> extensions, Func<ILabeller> labeller) = kind switch
        {
            Screens => (ScreenshotLabeller.Extensions, (Func<ILabeller>)Screenshots),
            Clips => (VideoLabeller.Extensions, Videos),
            _ => throw new ArgumentException($"kind is {kind}; expected {Screens} or {Clips}"),
        };
        InputFiles files = InputFiles.Find([folder], extensions);
        // Models are read and code is compiled before anything is timed.
        Execute(files.Root, files.Names.Take(2), labeller, $"{output}-warm-up", workers, cancel);
        // Linux keeps the largest resident size since this file was last written to.
        File.WriteAllText("/proc/self/clear_refs", "5");
        double busy = ProcessorSeconds();
        var clock = Stopwatch.StartNew();
        RunResult result = Execute(files.Root, files.Names, labeller, output, workers, cancel);
        double seconds = clock.Elapsed.TotalSeconds;
        busy = ProcessorSeconds() - busy;
        return new AnnotateFigures(
            result.Progress.Done / seconds,
            busy / seconds,
            OwnProcess.PeakMemory() / 1024,
            result.Stages.ToDictionary(stage => stage.Key, stage => stage.Value.TotalSeconds));
    }

    private static RunResult Execute(
        string root, IEnumerable<string> names, Func<ILabeller> labeller, string output, int workers, CancellationToken cancel)
    {
        var plan = new RunPlan("images", "bench", new JsonObject(), 16, [.. names.Select(name => new PlannedItem(name))]);
        return new AnnotationRun(plan, root, labeller, new RunOptions(output, workers, Resume: false, RunShare.Whole)).Execute(null, cancel);
    }

    // This process's time and that of its children that have ended: fields 14 to 17 of proc(5)'s stat, in hundredths of a second.
    private static double ProcessorSeconds()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / 100.0;
    }

    private static ScreenshotLabeller Screenshots()
    {
        ScreenParser parser = ScreenParser.Open(threads: 1);
        return new ScreenshotLabeller(image => parser.Parse(image), seed: 0, parser);
    }

    private static VideoLabeller Videos() => new(
        new VideoSettings(
            TraceSettings.Video(TraceSource.SomethingSomething) with { GridSide = 15, SeparatesBackground = true }, TraceSource.SomethingSomething, new TraceText(),
            FrameStep: 1, Height: 512),
        VideoCaptions.None, new LucasKanadeTracker(), seed: 0);
}
