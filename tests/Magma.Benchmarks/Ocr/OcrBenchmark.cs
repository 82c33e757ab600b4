using System.CommandLine;
using System.Diagnostics;
using Magma.Browser;
using Magma.Perception;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary><c>magma bench ocr</c>: text recognition on rendered pages whose text is known, beside an npm package with the same models.</summary>
internal static class OcrBenchmark
{
    // Smaller text is not asked for; what is read there counts for nobody.
    private const double LeastFontSize = 14;

    private sealed class Figures
    {
        public CharacterErrors Errors { get; set; }

        public CharacterErrors ErrorsWithoutSpaces { get; set; }

        public List<double> Milliseconds { get; } = [];
    }

    public static Command Create()
    {
        var pages = new Option<int>("--pages") { Description = "How many pages.", DefaultValueFactory = _ => OcrPages.Count };
        var rounds = new Option<int>("--rounds") { Description = "Rounds over all pages, ours and the peer in turn.", DefaultValueFactory = _ => 1 };
        var differences = new Option<bool>("--differences") { Description = "Print what we read wrongly." };
        var command = new Command("ocr", "Character error rate and time per page of text recognition.") { pages, rounds, differences };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(pages), parsed.GetRequiredValue(rounds), parsed.GetValue(differences), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int count, int rounds, bool differences, CancellationToken cancellationToken)
    {
        if (count is < 1 or > OcrPages.Count)
            throw new ArgumentException($"--pages is 1 to {OcrPages.Count}, not {count}.");
        using var folder = new TemporaryFolder();
        List<(string Picture, IReadOnlyList<TextLine> Truth)> pages = await CaptureAsync(folder, count, cancellationToken);
        using var reader = new OcrReader();
        using OcrPeer peer = OcrPeer.Start();
        Figures ours = new(), theirs = new();
        Read(reader, pages[0].Picture);
        peer.Read(pages[0].Picture, PageView.Desktop.Viewport);
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string picture, IReadOnlyList<TextLine> truth) in pages)
            {
                cancellationToken.ThrowIfCancellationRequested();
                (double milliseconds, List<(PixelBox Box, string Text)> read) = Read(reader, picture);
                Add(ours, truth, read, milliseconds);
                if (differences && round == 0)
                {
                    foreach ((string expected, string given) in CharacterErrors.Differences(truth, read))
                        Console.WriteLine($"{Path.GetFileName(picture)}\n  page: {expected}\n  read: {given}");
                }
                (double peerMilliseconds, List<(PixelBox Box, string Text)> peerRead) = peer.Read(picture, PageView.Desktop.Viewport);
                Add(theirs, truth, peerRead, peerMilliseconds);
            }
        }
        new BenchmarkReport(
            "ocr",
            OcrPeer.Name,
            "./magma bench ocr",
            $"{count} pages rendered by Chromium at 1280×900, {pages.Sum(page => page.Truth.Sum(line => line.Text.Length))} characters of text of 14 px and more "
            + $"(a generator with twelve layouts, eight font settings, six themes); {rounds} round(s), ours and the peer page by page. Times run from the PNG file to the text. "
            + "Truth and results that touch are compared group by group, each read row by row, so that an engine that joins lines of a row (as the peer does) loses nothing by it.",
            [
                new("character error rate, %", 100 * ours.Errors.Rate, 100 * theirs.Errors.Rate, "not above the peer"),
                new("without white space, %", 100 * ours.ErrorsWithoutSpaces.Rate, 100 * theirs.ErrorsWithoutSpaces.Rate, "not above the peer; target 3"),
                new("ms a page, mean", ours.Milliseconds.Average(), theirs.Milliseconds.Average(), "not slower than the peer"),
                new("ms a page, median", Quantile(ours, 0.5), Quantile(theirs, 0.5)),
                new("ms a page, 95th percentile", Quantile(ours, 0.95), Quantile(theirs, 0.95)),
            ]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        bool good = ours.Errors.Rate <= theirs.Errors.Rate && ours.ErrorsWithoutSpaces.Rate <= theirs.ErrorsWithoutSpaces.Rate
            && ours.Milliseconds.Average() <= theirs.Milliseconds.Average();
        return good ? 0 : 1;
    }

    private static async Task<List<(string Picture, IReadOnlyList<TextLine> Truth)>> CaptureAsync(
        TemporaryFolder folder, int count, CancellationToken cancellationToken)
    {
        await using BrowserHost host = await BrowserHost.OpenAsync(cancellationToken: cancellationToken);
        var pages = new List<(string, IReadOnlyList<TextLine>)>();
        for (int i = 0; i < count; i++)
        {
            string html = folder[$"{i:00}.html"], picture = folder[$"{i:00}.png"];
            await File.WriteAllTextAsync(html, OcrPages.Write(i), cancellationToken);
            await using BrowserPage page = await host.OpenPageAsync(html, cancellationToken: cancellationToken);
            await File.WriteAllBytesAsync(picture, await page.ScreenshotAsync(), cancellationToken);
            IReadOnlyList<TextLine> lines = await page.GetTextLinesAsync();
            if (lines.Any(line => line.FontSize < LeastFontSize))
                throw new InvalidOperationException($"Page {i} has text below {LeastFontSize} px.");
            pages.Add((picture, lines));
        }
        return pages;
    }

    private static (double Milliseconds, List<(PixelBox Box, string Text)> Read) Read(OcrReader reader, string picture)
    {
        var watch = Stopwatch.StartNew();
        using Image image = Image.Load(picture);
        IReadOnlyList<TextBox> boxes = reader.Read(image);
        return (watch.Elapsed.TotalMilliseconds, [.. boxes.Select(box => (box.Box, box.Text))]);
    }

    private static void Add(Figures figures, IReadOnlyList<TextLine> truth, List<(PixelBox Box, string Text)> read, double milliseconds)
    {
        figures.Errors += CharacterErrors.Count(truth, read, whiteSpace: true);
        figures.ErrorsWithoutSpaces += CharacterErrors.Count(truth, read, whiteSpace: false);
        figures.Milliseconds.Add(milliseconds);
    }

    private static double Quantile(Figures figures, double share)
    {
        double[] sorted = [.. figures.Milliseconds.Order()];
        return sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
