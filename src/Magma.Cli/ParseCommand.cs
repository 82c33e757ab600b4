using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Cli;

/// <summary><c>magma parse</c>: what is on a screenshot, as JSON.</summary>
internal static class ParseCommand
{
    private const string Own = "magma";
    private const string OmniParser = "omniparser";

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var images = new Argument<FileInfo[]>("images")
        {
            Description = "Screenshots; several are taken for pictures of one screen, one after the other, on which elements keep their ids.",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format")
        {
            Description = "magma: elements with ids, what holds what, reading order; boxes in pixels. omniparser: the answer of its server; boxes are fractions.",
            DefaultValueFactory = _ => Own,
        };
        format.AcceptOnlyFromAmong(Own, OmniParser);
        var output = new Option<FileInfo?>("--out") { Description = "File to write, one line per picture. Default: the screen." };
        var detector = new DetectorOptions();
        var command = new Command("parse", "Tell what is on a screenshot: texts, controls, icons, with boxes, as JSON.") { images, format, output };
        detector.AddTo(command);
        command.SetAction((arguments, cancel) => Task.FromResult(Run(
            arguments.GetRequiredValue(images), arguments.GetRequiredValue(format), arguments.GetValue(output)?.FullName, detector.Parser(arguments), cancel)));
        return command;
    }

    private static int Run(FileInfo[] images, string format, string? output, Func<int?, ScreenParser> open, CancellationToken cancel)
    {
        using ScreenParser parser = open(null);
        var cache = new TextCache();
        var lines = new StringBuilder();
        ScreenFrame? frame = null;
        foreach (FileInfo file in images)
        {
            using Image image = Image.Load(file.FullName);
            var clock = Stopwatch.StartNew();
            IReadOnlyList<ScreenElement> elements = parser.Parse(image, cache, cancel);
            JsonObject json;
            if (format == OmniParser)
            {
                TimeSpan latency = clock.Elapsed;
                SetOfMark.Draw(image, SetOfMark.Place([.. elements.Select(element => element.Box)], image.Size));
                json = ScreenJson.WriteOmniParser(image.Size, elements, image.Encode(ImageFormat.Png), latency);
            }
            else
            {
                frame = frame?.Next(image.Size, elements) ?? ScreenFrame.First(image.Size, elements);
                json = ScreenJson.Write(frame);
            }

            string line = json.ToJsonString(Compact);
            if (output is null) Console.WriteLine(line);
            else lines.Append(line).Append('\n');
        }

        if (output is not null) AtomicFile.WriteAllBytes(output, Encoding.UTF8.GetBytes(lines.ToString()));
        return CommandLine.Success;
    }
}
