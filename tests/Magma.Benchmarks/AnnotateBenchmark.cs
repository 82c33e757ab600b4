using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Magma.Annotation;
using Magma.Browser;
using Magma.Data;
using Magma.Perception;
using Magma.Testing;
using Magma.Vision;
using TraceSource = Magma.Data.TraceSource;

namespace Magma.Benchmarks;

/// <summary><c>magma bench annotate</c>: annotation runs with one and with two workers, where their time goes, and how much memory they take.</summary>
internal static class AnnotateBenchmark
{
    private const double LeastSpeedUp = 1.7;
    private const int ClipFrames = 96;

    private sealed record Figures(double PerSecond, double Cores, double PeakMiB, IReadOnlyDictionary<string, TimeSpan> Stages);

    public static Command Create()
    {
        var screens = new Option<int>("--screens") { Description = "Screenshots of 1280×900 pixels.", DefaultValueFactory = _ => 20 };
        var clips = new Option<int>("--clips") { Description = "Videos of 96 frames of 1920×1080 pixels.", DefaultValueFactory = _ => 8 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, one and two workers in turn.", DefaultValueFactory = _ => 2 };
        var command = new Command("annotate", "Inputs a second of annotation runs, with one and two workers.") { screens, clips, rounds };
        command.SetAction((parsed, cancel) => Run(
            parsed.GetRequiredValue(screens), parsed.GetRequiredValue(clips), parsed.GetRequiredValue(rounds), cancel));
        return command;
    }

    private static async Task<int> Run(int screens, int clips, int rounds, CancellationToken cancel)
    {
        if (!File.Exists(TrackingBenchmark.PhoneVideo))
        {
            Console.Error.WriteLine(
                $"{TrackingBenchmark.PhoneVideo} is missing; an administrator installs it with: apt-get install forensics-samples-files");
            return 1;
        }

        using var folder = new TemporaryFolder();
        await Photograph(folder["screens"], screens, cancel);
        Film(folder["clips"], clips);
        VisionLibrary.Threads = 1;
        Turns ofScreens = Measure(folder, "screens", ScreenshotLabeller.Extensions, Screens, rounds, cancel);
        Turns ofClips = Measure(folder, "clips", VideoLabeller.Extensions, Videos, rounds, cancel);
        new BenchmarkReport(
            "annotate",
            "the same run with one worker",
            $"./magma bench annotate --screens {screens} --clips {clips} --rounds {rounds}",
            string.Create(CultureInfo.InvariantCulture, $"""
                {screens} screenshots of 1280×900 pixels, made by Chromium from the bundled pages in widths from 1280 down, and {clips} clips: the phone
                video `{Path.GetFileName(TrackingBenchmark.PhoneVideo)}` (1920×1080), repeated to {ClipFrames} frames, scaled to 512 lines. One thread a
                worker; ffmpeg decodes in a process of its own beside it, so that a worker on videos keeps more than one core busy and two of them on two cores
                cannot be twice as fast: the row of busy cores says what is left to win. Medians of {rounds} rounds in turn. "Ours" has two workers, "peer" one.
                Shares are of the workers' time. Memory is the largest resident size of the process during a run, models included.
                """),
            [.. ofScreens.Rows("screenshots"), .. ofClips.Rows("clips")]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return Math.Min(ofScreens.SpeedUp, ofClips.SpeedUp) >= LeastSpeedUp ? 0 : 1;
    }

    private static Turns Measure(
        TemporaryFolder folder, string inputs, IReadOnlySet<string> extensions, Func<ILabeller> labeller, int rounds, CancellationToken cancel)
    {
        Figures Once(string name, int workers) => Annotate(folder[inputs], extensions, labeller, folder[$"{inputs}-{name}"], workers, cancel);
        // Models are read and code is compiled before anything is timed.
        Once("warm-up", 2);
        List<Figures> one = [], two = [];
        for (int round = 0; round < rounds; round++)
        {
            one.Add(Once($"one-{round}", 1));
            two.Add(Once($"two-{round}", 2));
        }

        return new Turns(one, two);
    }

    private static async Task Photograph(string folder, int screens, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        string pages = Path.Combine(Repository.Root, "datasets", "samples", "pages");
        string[] names = [.. Directory.EnumerateFiles(pages, "*.html").Order(StringComparer.Ordinal)];
        await using BrowserHost browser = await BrowserHost.OpenAsync(cancellationToken: cancel);
        for (int screen = 0; screen < screens; screen++)
        {
            // Another width is another layout; the picture itself stays 1280 pixels wide.
            double scale = 1 + (0.05 * (screen / names.Length));
            var view = new PageView(new PixelSize((int)Math.Round(1280 / scale), (int)Math.Round(900 / scale)), scale);
            await using BrowserPage page = await browser.OpenPageAsync(names[screen % names.Length], view, cancellationToken: cancel);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"screen-{screen:D3}.png"), await page.ScreenshotAsync(), cancel);
        }
    }

    private static void Film(string folder, int clips)
    {
        Directory.CreateDirectory(folder);
        string first = Path.Combine(folder, "clip-00.mp4");
        using (Process ffmpeg = Process.Start("ffmpeg", [
            "-nostdin", "-v", "error", "-stream_loop", "-1", "-i", TrackingBenchmark.PhoneVideo, "-map", "0:v:0", "-c", "copy", "-frames:v", $"{ClipFrames}",
            first]))
        {
            ffmpeg.WaitForExit();
        }

        for (int clip = 1; clip < clips; clip++) File.Copy(first, Path.Combine(folder, $"clip-{clip:D2}.mp4"));
    }

    private static Figures Annotate(
        string inputs, IReadOnlySet<string> extensions, Func<ILabeller> labeller, string output, int workers, CancellationToken cancel)
    {
        InputFiles files = InputFiles.Find([inputs], extensions);
        var plan = new RunPlan("images", "bench", new JsonObject(), 16, [.. files.Names.Select(name => new PlannedItem(name))]);
        var run = new AnnotationRun(plan, files.Root, labeller, new RunOptions(output, workers, Resume: false, RunShare.Whole));
        // Linux keeps the largest resident size since this file was last written to.
        File.WriteAllText("/proc/self/clear_refs", "5");
        double busy = ProcessorSeconds();
        var clock = Stopwatch.StartNew();
        RunResult result = run.Execute(null, cancel);
        double seconds = clock.Elapsed.TotalSeconds;
        busy = ProcessorSeconds() - busy;
        string peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return new Figures(result.Progress.Done / seconds, busy / seconds, double.Parse(peak, CultureInfo.InvariantCulture) / 1024, result.Stages);
    }

    // This process's time and that of its children that have ended: fields 14 to 17 of proc(5)'s stat, in hundredths of a second.
    private static double ProcessorSeconds()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / 100.0;
    }

    private static ScreenshotLabeller Screens()
    {
        ScreenParser parser = ScreenParser.Open(threads: 1);
        return new ScreenshotLabeller(image => parser.Parse(image), seed: 0, parser);
    }

    private static VideoLabeller Videos() => new(
        new VideoSettings(
            TraceSettings.Video(TraceSource.SomethingSomething) with { GridSide = 15, SeparatesBackground = true }, TraceSource.SomethingSomething, new TraceText(),
            FrameStep: 1, Height: 512),
        VideoCaptions.None, new LucasKanadeTracker(), seed: 0);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The rounds with one and with two workers.</summary>
    private sealed record Turns(IReadOnlyList<Figures> One, IReadOnlyList<Figures> Two)
    {
        public double SpeedUp => Rate(Two) / Rate(One);

        public IEnumerable<BenchmarkRow> Rows(string unit) =>
        [
            new($"{unit}/s", Rate(Two), Rate(One), $"at least {LeastSpeedUp} × one worker"),
            new($"{unit}: cores kept busy", Two.Max(figures => figures.Cores), One.Max(figures => figures.Cores), $"{Environment.ProcessorCount}"),
            new($"{unit}: peak memory, MiB", Two.Max(figures => figures.PeakMiB), One.Max(figures => figures.PeakMiB)),
            .. One[0].Stages.OrderByDescending(stage => stage.Value).Select(stage => new BenchmarkRow(
                $"{unit}: share of time, {stage.Key}, %", Share(Two[0], stage.Key), Share(One[0], stage.Key))),
        ];

        private static double Rate(IReadOnlyList<Figures> rounds) => Median(rounds.Select(figures => figures.PerSecond));

        private static double Share(Figures figures, string stage) =>
            100 * figures.Stages[stage].TotalSeconds / figures.Stages.Values.Sum(time => time.TotalSeconds);
    }
}
