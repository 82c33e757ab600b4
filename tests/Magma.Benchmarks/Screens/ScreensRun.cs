using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Magma.Data;
using Magma.Onnx;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary>What parsing a folder of screenshots took, in a process of its own.</summary>
/// <param name="Ours">Milliseconds of the whole parser, a picture each.</param>
/// <param name="Bare">Milliseconds of the bare networks on the same pictures.</param>
/// <param name="Stages">Milliseconds per stage, a picture each.</param>
/// <param name="Lines">Lines of text, a picture each.</param>
/// <param name="PeakMiB">The largest resident size of a process that parsed every picture and did nothing else.</param>
internal sealed record ScreensFigures(double[] Ours, double[] Bare, Dictionary<string, double[]> Stages, int[] Lines, double PeakMiB);

/// <summary>Parses a folder of screenshots in this process: alone, for its memory, or in turns with the bare networks, for the time.</summary>
internal static class ScreensRun
{
    private const string Name = "screens-run";
    private const int Height = 48;

    /// <summary>The hidden subcommand; it prints <see cref="ScreensFigures"/> as JSON.</summary>
    public static Command Create()
    {
        var folder = new Argument<string>("folder");
        var rounds = new Argument<int>("rounds");
        var command = new Command(Name, "Parses screenshots, in this process.") { folder, rounds };
        command.Hidden = true;
        command.SetAction((parsed, cancel) =>
        {
            Console.WriteLine(JsonSerializer.Serialize(Run(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(rounds), cancel)));
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Runs it in a process of its own.</summary>
    /// <param name="folder">The pictures.</param>
    /// <param name="rounds">How often each picture is parsed, in turns with the bare networks; 0: once, without them, for the memory.</param>
    /// <exception cref="InvalidOperationException">The run failed; the message holds what it wrote.</exception>
    public static ScreensFigures InOwnProcess(string folder, int rounds) => OwnProcess.Figures<ScreensFigures>([Name, folder, $"{rounds}"]);

    private static ScreensFigures Run(string folder, int rounds, CancellationToken cancel)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal)];
        var stages = new Dictionary<string, double>();
        int[] widths = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ScreenStages.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (stages) stages[activity.OperationName] = stages.GetValueOrDefault(activity.OperationName) + activity.Duration.TotalMilliseconds;
                if (activity.GetTagItem("widths") is int[] found) widths = found;
            },
        };
        ActivitySource.AddActivityListener(listener);
        using ScreenParser parser = ScreenParser.Open();
        using OnnxSession? detector = rounds == 0 ? null : new OnnxSession(OcrModels.Installed.Detector);
        using OnnxSession? recognizer = rounds == 0 ? null : new OnnxSession(OcrModels.Installed.Recognizer);
        List<double> ours = [], bare = [];
        List<int> lines = [];
        var split = new Dictionary<string, List<double>>();
        // A round before all others, which is not counted: code is compiled, memory taken.
        for (int round = rounds == 0 ? 0 : -1; round < Math.Max(1, rounds); round++)
        {
            foreach (string file in round < 0 ? files[..Math.Min(2, files.Length)] : files)
            {
                cancel.ThrowIfCancellationRequested();
                using Image image = Image.Load(file);
                stages.Clear();
                var clock = Stopwatch.StartNew();
                IReadOnlyList<ScreenElement> elements = parser.Parse(image, cancellationToken: cancel);
                double whole = clock.Elapsed.TotalMilliseconds;
                double networks = rounds == 0 ? 0 : Bare(detector!, recognizer!, image, widths);
                if (round < 0) continue;
                ours.Add(whole);
                bare.Add(networks);
                lines.Add(widths.Length);
                foreach ((string stage, double took) in stages)
                {
                    if (!split.TryGetValue(stage, out List<double>? all)) split[stage] = all = [];
                    all.Add(took);
                }
            }
        }

        return new ScreensFigures(
            [.. ours], [.. bare], split.ToDictionary(stage => stage.Key, stage => stage.Value.ToArray()), [.. lines], OwnProcess.PeakMemory() / 1024);
    }

    // What a straightforward user runs: the files as they are, ONNX Runtime's defaults (a thread per core within an operator), the detector once on the
    // whole picture, the recogniser line by line. Only the runs are timed; what goes in is ready before.
    private static double Bare(OnnxSession detector, OnnxSession recognizer, Image image, int[] widths)
    {
        var plane = new PixelSize((image.Width + 31) / 32 * 32, (image.Height + 31) / 32 * 32);
        var pixels = new float[3 * plane.Area];
        image.CopyPlanes(Quad.FromBox(image.Size.ToBox()), image.Size, new PlaneFormat((123.675f, 116.28f, 103.53f), (58.395f, 57.12f, 57.375f), true), pixels, plane);
        var line = new float[3 * Height * widths.DefaultIfEmpty(0).Max()];
        var random = new Random(1);
        for (int index = 0; index < line.Length; index++) line[index] = (random.NextSingle() * 2) - 1;
        var clock = Stopwatch.StartNew();
        detector.Run(OnnxInput.Create<float>(detector.Inputs[0].Name, pixels, 1, 3, plane.Height, plane.Width)).Dispose();
        foreach (int width in widths) recognizer.Run(OnnxInput.Create<float>(recognizer.Inputs[0].Name, line, 1, 3, Height, width)).Dispose();
        return clock.Elapsed.TotalMilliseconds;
    }
}
