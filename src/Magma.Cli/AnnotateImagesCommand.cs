using System.CommandLine;
using System.Security.Cryptography;
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
        var command = new Command("images", "Label screenshots: find texts and controls, mark them, ask about them (Set-of-Mark).");
        options.AddTo(command);
        command.SetAction((arguments, cancel) => Task.FromResult(Run(options, arguments, cancel)));
        return command;
    }

    private static int Run(AnnotateOptions options, ParseResult arguments, CancellationToken cancel)
    {
        RunOptions how = options.Run(arguments);
        InputFiles inputs = options.FindInputs(arguments, ScreenshotLabeller.Extensions);
        long seed = options.Seed(arguments);
        var plan = new RunPlan(
            "images", AnnotateOptions.Tool, new JsonObject { ["seed"] = seed, ["models"] = Models() },
            options.ItemsPerShard(arguments, inputs.Names.Count), [.. inputs.Names.Select(name => new PlannedItem(name))]);
        return RunDisplay.Execute(new AnnotationRun(plan, inputs.Root, () => Labeller(seed), how), how, "screenshots", cancel);
    }

    // One thread each: workers share the processors, not pictures.
    private static ScreenshotLabeller Labeller(long seed)
    {
        ScreenParser parser = ScreenParser.Open(threads: 1);
        return new ScreenshotLabeller(image => parser.Parse(image), seed, parser);
    }

    private static JsonObject Models()
    {
        OcrModels models = OcrModels.Installed;
        var hashes = new JsonObject();
        foreach (string path in new[] { models.Detector, models.Recognizer, models.Dictionary })
        {
            using FileStream file = File.OpenRead(path);
            hashes[Path.GetFileName(path)] = Convert.ToHexStringLower(SHA256.HashData(file));
        }

        return hashes;
    }
}
