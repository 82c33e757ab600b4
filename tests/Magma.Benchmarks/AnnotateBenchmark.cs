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

namespace Magma.Benchmarks;

/// <summary><c>magma bench annotate</c>: annotation runs with one and with two workers, where their time goes, and how much memory they take.</summary>
internal static class AnnotateBenchmark
{
    private const double LeastSpeedUp = 1.7;

    private sealed record Figures(double PerSecond, double PeakMiB, IReadOnlyDictionary<string, TimeSpan> Stages);

    public static Command Create()
    {
        var screens = new Option<int>("--screens") { Description = "Screenshots of 1280×900 pixels.", DefaultValueFactory = _ => 20 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, one and two workers in turn.", DefaultValueFactory = _ => 2 };
        var command = new Command("annotate", "Inputs a second of annotation runs, with one and two workers.") { screens, rounds };
        command.SetAction((parsed, cancel) => Run(parsed.GetRequiredValue(screens), parsed.GetRequiredValue(rounds), cancel));
        return command;
    }

    private static async Task<int> Run(int screens, int rounds, CancellationToken cancel)
    {
        using var folder = new TemporaryFolder();
        await Photograph(folder["screens"], screens, cancel);
        // Models are read and code is compiled before anything is timed.
        Annotate(folder["screens"], folder["warm-up"], workers: 2, cancel);
        List<Figures> one = [], two = [];
        for (int round = 0; round < rounds; round++)
        {
            one.Add(Annotate(folder["screens"], folder[$"one-{round}"], workers: 1, cancel));
            two.Add(Annotate(folder["screens"], folder[$"two-{round}"], workers: 2, cancel));
        }

        double single = Median(one.Select(figures => figures.PerSecond)), pair = Median(two.Select(figures => figures.PerSecond));
        double total = one[0].Stages.Values.Sum(time => time.TotalSeconds);
        new BenchmarkReport(
            "annotate",
            "the same run with one worker",
            $"./magma bench annotate --screens {screens} --rounds {rounds}",
            string.Create(CultureInfo.InvariantCulture, $"""
                {screens} screenshots of 1280×900 pixels, made by Chromium from the bundled pages in widths from 1280 down; one thread a worker. Medians
                of {rounds} rounds in turn. "Ours" has two workers, "peer" one. Shares are of the time of the stages with one worker. Memory is the
                largest resident size of the process during a run, models included.
                """),
            [
                new("screenshots/s", pair, single, $"at least {LeastSpeedUp} × one worker"),
                new("peak memory, MiB", two.Max(figures => figures.PeakMiB), one.Max(figures => figures.PeakMiB)),
                .. one[0].Stages.OrderByDescending(stage => stage.Value).Select(stage => new BenchmarkRow(
                    $"share of time, {stage.Key}, %", 100 * two[0].Stages[stage.Key].TotalSeconds / two[0].Stages.Values.Sum(time => time.TotalSeconds),
                    100 * stage.Value.TotalSeconds / total)),
            ]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return pair >= LeastSpeedUp * single ? 0 : 1;
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

    private static Figures Annotate(string inputs, string output, int workers, CancellationToken cancel)
    {
        InputFiles files = InputFiles.Find([inputs], ScreenshotLabeller.Extensions);
        var plan = new RunPlan("images", "bench", new JsonObject(), 16, [.. files.Names.Select(name => new PlannedItem(name))]);
        var run = new AnnotationRun(plan, files.Root, Labeller, new RunOptions(output, workers, Resume: false, RunShare.Whole));
        // Linux keeps the largest resident size since this file was last written to.
        File.WriteAllText("/proc/self/clear_refs", "5");
        var clock = Stopwatch.StartNew();
        RunResult result = run.Execute(null, cancel);
        double seconds = clock.Elapsed.TotalSeconds;
        string peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return new Figures(result.Progress.Samples / seconds, double.Parse(peak, CultureInfo.InvariantCulture) / 1024, result.Stages);
    }

    private static ScreenshotLabeller Labeller()
    {
        ScreenParser parser = ScreenParser.Open(threads: 1);
        return new ScreenshotLabeller(image => parser.Parse(image), seed: 0, parser);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
