using System.CommandLine;
using System.Globalization;
using Magma.Browser;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary><c>magma bench screens</c>: the screen parser beside the bare networks of its text recognition.</summary>
internal static class ScreensBenchmark
{
    private const double MostRatio = 1.6;
    private const double GoalMilliseconds = 400;
    private const double GoalMiB = 500;

    private static readonly PixelSize[] Sizes = [new(1280, 900), new(1920, 1080)];

    public static Command Create()
    {
        var pages = new Option<int>("--pages") { Description = "Generated pages beside the bundled ones.", DefaultValueFactory = _ => 9 };
        var rounds = new Option<int>("--rounds") { Description = "How often each picture is parsed.", DefaultValueFactory = _ => 2 };
        var pictures = new Option<DirectoryInfo?>("--pictures") { Description = "Folder of PNG screenshots to measure instead, of any size." };
        var command = new Command("screens", "Time and memory of the screen parser, by stage, beside the bare networks.") { pages, rounds, pictures };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(pages), parsed.GetRequiredValue(rounds), parsed.GetValue(pictures)?.FullName, cancel));
        return command;
    }

    private static async Task<int> RunAsync(int pages, int rounds, string? pictures, CancellationToken cancel)
    {
        if (pages is < 1 or > OcrPages.Count) throw new ArgumentException($"--pages is 1 to {OcrPages.Count}, not {pages}.");
        if (rounds < 1) throw new ArgumentException($"--rounds is at least 1, not {rounds}.");
        using var folder = new TemporaryFolder();
        (string Name, string Folder)[] sets;
        if (pictures is not null)
        {
            sets = [(Path.GetFileName(pictures), pictures)];
        }
        else
        {
            sets = [.. Sizes.Select(size => ($"{size}", folder[$"{size.Width}x{size.Height}"]))];
            foreach ((PixelSize size, (_, string target)) in Sizes.Zip(sets)) await PhotographAsync(folder, target, size, pages, cancel);
        }

        var rows = new List<BenchmarkRow>();
        bool good = true;
        foreach ((string name, string set) in sets)
        {
            ScreensFigures memory = ScreensRun.InOwnProcess(set, rounds: 0), time = ScreensRun.InOwnProcess(set, rounds);
            double ours = Quantile(time.Ours, 0.5), bare = Quantile(time.Bare, 0.5);
            good &= ours <= MostRatio * bare;
            rows.Add(new($"{name}: ms a picture, p50", ours, bare, $"at most {MostRatio} × the networks; goal at 1280×900: {GoalMilliseconds}"));
            rows.Add(new($"{name}: ms a picture, p95", Quantile(time.Ours, 0.95), Quantile(time.Bare, 0.95)));
            rows.AddRange(time.Stages.OrderByDescending(stage => stage.Value.Sum())
                .Select(stage => new BenchmarkRow($"{name}: {stage.Key}, ms, p50", Quantile(stage.Value, 0.5), null)));
            rows.Add(new($"{name}: lines of text, p50", Quantile([.. time.Lines.Select(lines => (double)lines)], 0.5), null));
            rows.Add(new($"{name}: peak memory, MiB", memory.PeakMiB, null, $"goal {GoalMiB}"));
        }

        string given = pictures is null ? $"--pages {pages}" : "--pictures …";
        new BenchmarkReport(
            "screens",
            "the bare networks: PP-OCRv4's files as they are in ONNX Runtime, its default threads, the detector once on the whole picture (sides rounded up to 32), the recogniser line by line on as many columns; only the runs are timed",
            $"./magma bench screens {given} --rounds {rounds}",
            string.Create(CultureInfo.InvariantCulture, $"""
                {(pictures is null ? $"The bundled pages and {pages} of the text benchmark's generator, by Chromium at each size" : "Screenshots of a folder")}; {rounds} rounds, ours and the
                networks picture by picture, after a round that is not counted. Times run from the decoded picture to the elements. The stages' medians do not add
                up to the whole's; with a network for elements its stage runs beside the others. Memory is the largest resident size of a process that
                parses every picture once and does nothing else, runtime and networks included.
                """),
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return good ? 0 : 1;
    }

    private static async Task PhotographAsync(TemporaryFolder folder, string target, PixelSize size, int pages, CancellationToken cancel)
    {
        Directory.CreateDirectory(target);
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "datasets", "samples", "pages"), "*.html").Order(StringComparer.Ordinal).ToList();
        for (int page = 0; page < pages; page++)
        {
            // Every layout and look comes before any comes twice.
            string html = folder[$"generated-{page:00}.html"];
            await File.WriteAllTextAsync(html, OcrPages.Write(page * 5 % OcrPages.Count), cancel);
            sources.Add(html);
        }

        await using BrowserHost browser = await BrowserHost.OpenAsync(cancellationToken: cancel);
        for (int index = 0; index < sources.Count; index++)
        {
            await using BrowserPage page = await browser.OpenPageAsync(sources[index], new PageView(size), cancellationToken: cancel);
            await File.WriteAllBytesAsync(Path.Combine(target, $"{index:000}.png"), await page.ScreenshotAsync(), cancel);
        }
    }

    private static double Quantile(IReadOnlyList<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
