using System.CommandLine;
using System.Text.Json.Nodes;
using Magma.Annotation;
using Magma.Perception;

namespace Magma.Cli;

/// <summary><c>magma annotate images</c>: screenshots become Set-of-Mark samples.</summary>
internal static class AnnotateImagesCommand
{
    public static Command Create()
    {
        var options = new AnnotateOptions("Screenshots: files, folders (with all below), or patterns with * ? **.");
        var detector = new DetectorOptions();
        var command = new Command("images", "Label screenshots: find texts and controls, mark them, ask about them (Set-of-Mark).");
        detector.AddTo(command);
        options.AddTo(command);
        command.SetAction((arguments, cancel) => Task.FromResult(Run(options, detector, arguments, cancel)));
        return command;
    }

    private static int Run(AnnotateOptions options, DetectorOptions detector, ParseResult arguments, CancellationToken cancel)
    {
        RunOptions how = options.Run(arguments);
        InputFiles inputs = options.FindInputs(arguments, ScreenshotLabeller.Extensions);
        Func<int?, ScreenParser> open = detector.Parser(arguments);
        long seed = options.Seed(arguments);
        var plan = new RunPlan(
            "images", AnnotateOptions.Tool, new JsonObject { ["seed"] = seed, ["models"] = detector.Models(arguments) },
            options.ItemsPerShard(arguments, inputs.Names.Count), [.. inputs.Names.Select(name => new PlannedItem(name))]);
        return RunDisplay.Execute(new AnnotationRun(plan, inputs.Root, () => Labeller(open, seed), how), how, "screenshots", cancel);
    }

    // One thread each: workers share the processors, not pictures.
    private static ScreenshotLabeller Labeller(Func<int?, ScreenParser> open, long seed)
    {
        ScreenParser parser = open(1);
        return new ScreenshotLabeller(image => parser.Parse(image), seed, parser);
    }
}
