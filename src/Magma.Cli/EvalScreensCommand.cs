using System.CommandLine;
using Magma.Annotation.Evaluation;
using Magma.Annotation.Pages;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Cli;

/// <summary><c>magma eval screens</c>: the screen parser beside the documents of captured pages.</summary>
internal static class EvalScreensCommand
{
    private const int MostPictures = 100;

    public static Command Create()
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder that magma annotate pages made.", Required = true };
        var output = new Option<DirectoryInfo?>("--out") { Description = "Folder for the report with pictures. Default: eval in the data folder." };
        var workers = new Option<int>("--workers")
        {
            Description = "Screens parsed at once. Default: one per processor.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var command = new Command(
            "screens",
            "Hold the screen parser to what the documents of captured pages say.")
        {
            data, output, workers,
        };
        var detector = new DetectorOptions();
        detector.AddTo(command);
        command.SetAction((arguments, cancel) => Task.FromResult(Run(
            arguments.GetRequiredValue(data).FullName, arguments.GetValue(output)?.FullName, arguments.GetValue(workers), detector.Parser(arguments),
            detector.Name(arguments), cancel)));
        return command;
    }

    private static int Run(string data, string? output, int workers, Func<int?, ScreenParser> open, string name, CancellationToken cancel)
    {
        if (workers < 1) throw new InvalidDataException($"--workers {workers} is impossible: at least 1 was expected.");
        string folder = output ?? Path.Combine(data, "eval");
        Directory.CreateDirectory(Path.Combine(folder, ScreenReport.PictureFolder));
        // The rules stand beside every detector as its baseline.
        (string Name, Func<int?, ScreenParser> Open)[] compared =
            name == DetectorOptions.Rules ? [(name, open)] : [(name, open), (DetectorOptions.Rules, ScreenParser.OpenWithRules)];
        var evaluated = new SortedDictionary<int, EvaluatedScreen[]>();
        using var parsers = new ThreadLocal<ScreenParser[]>(() => OpenAll(compared.Select(one => one.Open)), trackAllValues: true);
        try
        {
            Parallel.ForEach(
                ScreenEvaluation.CapturesOf(data).Select((sample, index) => (sample, index)),
                new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancel },
                one =>
                {
                    using Image image = Image.Decode(one.sample.Files[PageJson.ScreenFile].Span);
                    // All of them read the same lines, once.
                    var lines = new TextCache();
                    EvaluatedScreen[] screens = [.. parsers.Value!.Select(parser => ScreenEvaluation.Evaluate(
                        one.sample, image, picture => parser.Parse(picture, lines, cancel)))];
                    lock (evaluated) evaluated.Add(one.index, screens);
                    if (one.index >= MostPictures) return;
                    ScreenEvaluation.Draw(image, screens[0], screens[0].Centre);
                    AtomicFile.WriteAllBytes(Path.Combine(folder, ScreenReport.PictureFolder, FileOf(one.index)), image.Encode(ImageFormat.Jpeg, 85));
                });
        }
        finally
        {
            foreach (ScreenParser parser in parsers.Values.SelectMany(all => all)) parser.Dispose();
        }

        ParserScore[] scores = [.. compared.Select((one, index) => ScoreOf(one.Name, evaluated.Values.Select(screens => screens[index])))];
        Console.WriteLine($"{evaluated.Count} screens. {ScreenTruth.Rules}");
        foreach (ParserScore score in scores)
        {
            Console.WriteLine();
            Console.Write(ScreenReport.Table(score));
        }

        ScreenPicture[] pictures = [.. evaluated.Where(one => one.Key < MostPictures).Select(one => new ScreenPicture(FileOf(one.Key), one.Value[0]))];
        string report = ScreenReport.Write(folder, evaluated.Count, scores, pictures);
        Console.WriteLine();
        Console.WriteLine($"Report: {report}");
        return CommandLine.Success;
    }

    private static ParserScore ScoreOf(string name, IEnumerable<EvaluatedScreen> screens)
    {
        var score = new ParserScore(name, new ScreenScore(), new ScreenScore());
        foreach (EvaluatedScreen screen in screens)
        {
            score.Overlap.Add(screen.Truth, screen.Found, screen.Overlap, screen.Scale);
            score.Centre.Add(screen.Truth, screen.Found, screen.Centre, screen.Scale);
        }

        return score;
    }

    private static ScreenParser[] OpenAll(IEnumerable<Func<int?, ScreenParser>> open)
    {
        var opened = new List<ScreenParser>();
        try
        {
            foreach (Func<int?, ScreenParser> one in open) opened.Add(one(1));
            return [.. opened];
        }
        catch
        {
            foreach (ScreenParser parser in opened) parser.Dispose();
            throw;
        }
    }

    private static string FileOf(int index) => $"{index:D5}.jpg";
}
