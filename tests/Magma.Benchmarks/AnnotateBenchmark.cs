using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Magma.Browser;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary><c>magma bench annotate</c>: annotation runs with one and with two workers, where their time goes, and how much memory they take.</summary>
internal static class AnnotateBenchmark
{
    private const double LeastSpeedUp = 1.7;
    private const int ClipFrames = 96;

    public static Command Create()
    {
        var screens = new Option<int>("--screens") { Description = "Screenshots of 1280×900 pixels.", DefaultValueFactory = _ => 32 };
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
        Turns ofScreens = Measure(folder, AnnotateRun.Screens, rounds);
        Turns ofClips = Measure(folder, AnnotateRun.Clips, rounds);
        new BenchmarkReport(
            "annotate",
            "the same run with one worker",
            $"./magma bench annotate --screens {screens} --clips {clips} --rounds {rounds}",
            string.Create(CultureInfo.InvariantCulture, $"""
                {screens} screenshots of 1280×900 pixels, made by Chromium from the bundled pages in widths from 1280 down, and {clips} clips: the phone
                video `{Path.GetFileName(TrackingBenchmark.PhoneVideo)}` (1920×1080), repeated to {ClipFrames} frames, scaled to 512 lines. Every run is a process
                of its own, warmed up with two inputs. "Ours" has two workers on two cores. "Peer" has one worker: on one core, as a scheduler gives a task
                of one, and on both, where ffmpeg decodes beside it, so that a worker on videos keeps more than one core busy and two of them on two
                cores cannot be twice as fast: the busy cores say what is left to win. Medians of {rounds} rounds in turn. Shares are of the workers'
                time. Memory is the largest resident size of the process during a run, models included, ffmpeg not.
                """),
            [.. ofScreens.Rows("screenshots"), .. ofClips.Rows("clips")]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return Math.Min(ofScreens.SpeedUp, ofClips.SpeedUp) >= LeastSpeedUp ? 0 : 1;
    }

    private static Turns Measure(TemporaryFolder folder, string inputs, int rounds)
    {
        List<AnnotateFigures> oneOnOne = [], one = [], two = [];
        for (int round = 0; round < rounds; round++)
        {
            AnnotateFigures Once(string name, int workers, int cores) =>
                AnnotateRun.InOwnProcess(inputs, folder[inputs], folder[$"{inputs}-{name}-{round}"], workers, cores);
            oneOnOne.Add(Once("single", workers: 1, cores: 1));
            one.Add(Once("one", workers: 1, cores: 2));
            two.Add(Once("two", workers: 2, cores: 2));
        }

        return new Turns(oneOnOne, one, two);
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

    /// <summary>The rounds with one worker on one core, one worker on two cores, and two workers on two cores.</summary>
    private sealed record Turns(
        IReadOnlyList<AnnotateFigures> OneOnOne, IReadOnlyList<AnnotateFigures> One, IReadOnlyList<AnnotateFigures> Two)
    {
        public double SpeedUp => Rate(Two) / Rate(OneOnOne);

        public IEnumerable<BenchmarkRow> Rows(string unit) =>
        [
            new($"{unit}/s, a core for each worker", Rate(Two), Rate(OneOnOne), $"at least {LeastSpeedUp} × one worker"),
            new($"{unit}/s, both cores for the one worker too", Rate(Two), Rate(One), $"{2 / Cores(One):F2} × one worker, by its busy cores"),
            new($"{unit}: cores kept busy, of two", Cores(Two), Cores(One), "2"),
            new($"{unit}: peak memory, MiB", Two.Max(figures => figures.PeakMiB), One.Max(figures => figures.PeakMiB)),
            .. One[0].Stages.OrderByDescending(stage => stage.Value).Select(stage => new BenchmarkRow(
                $"{unit}: share of time, {stage.Key}, %", Share(Two[0], stage.Key), Share(One[0], stage.Key))),
        ];

        private static double Rate(IReadOnlyList<AnnotateFigures> rounds) => Median.Of(rounds.Select(figures => figures.PerSecond));

        private static double Cores(IReadOnlyList<AnnotateFigures> rounds) => Median.Of(rounds.Select(figures => figures.Cores));

        private static double Share(AnnotateFigures figures, string stage) => 100 * figures.Stages[stage] / figures.Stages.Values.Sum();
    }
}
