using System.CommandLine;
using System.Text.Json.Nodes;
using Magma.Annotation.Evaluation;
using Magma.Annotation.Pages;
using Magma.Browser;
using Magma.Data;
using Magma.Perception;
using Magma.Training;
using Magma.Training.Elements;
using Magma.Training.Recipes;
using Magma.Vision;
using Spectre.Console;
using static TorchSharp.torch;

namespace Magma.Cli;

/// <summary><c>magma train</c>: trains what a recipe describes.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var config = new Option<FileInfo>("--config") { Description = "The recipe, a YAML file.", Required = true };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint of a run that was stopped." };
        var set = new Option<string[]>("--set")
        {
            Description = "Values over those of the recipe, each name=value.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var command = new Command("train", "Train a network from a recipe; can be stopped and resumed.") { config, resume, set };
        command.SetAction((arguments, cancel) => Task.FromResult(Run(
            arguments.GetRequiredValue(config).FullName, arguments.GetValue(resume), arguments.GetValue(set) ?? [], cancel)));
        return command;
    }

    private static int Run(string config, bool resume, string[] overrides, CancellationToken cancel)
    {
        ElementRecipe recipe = ElementRecipe.Read(config, overrides);
        // Every network has a thread of its own.
        set_num_threads(1);
        VisionLibrary.Threads = 1;
        LabelledScreen[] screens = [.. recipe.Data.SelectMany(ScreenEvaluation.CapturesOf).Select(Labelled)];
        Terminal.Error.MarkupLineInterpolated($"{screens.Length} screens, {screens.Sum(screen => screen.Elements.Count(element => !element.Unsure))} elements.");
        random.manual_seed(recipe.Seed);
        ElementNetwork[] networks = [.. Enumerable.Range(0, recipe.Threads).Select(_ => new ElementNetwork(normalized: true))];
        try
        {
            var draws = new ElementDraws(screens, recipe.Seed, recipe.Parts / recipe.Threads, recipe.Side);
            Trainer.Run(
                [.. networks.Select(network => new ElementTask(network, draws))], recipe.Plan, resume,
                progress => Terminal.Error.MarkupLineInterpolated(
                    $"step {progress.Step} of {progress.Steps}, loss {progress.Loss:0.0000}, {progress.StepsPerSecond:0.00} steps/s, {progress.Left:hh\\:mm\\:ss} left"),
                cancel);
            Directory.CreateDirectory(Path.GetDirectoryName(recipe.Weights)!);
            ElementWeights.Save(recipe.Weights, networks[0]);
        }
        finally
        {
            foreach (ElementNetwork network in networks) network.Dispose();
        }

        Console.WriteLine($"Weights: {recipe.Weights}");
        return CommandLine.Success;
    }

    // What evaluation holds a parser to is what the network learns; containers of other elements are none to it.
    private static LabelledScreen Labelled(Sample sample)
    {
        JsonObject page = sample.Metadata["page"]!.AsObject();
        ReadOnlyMemory<byte> picture = sample.Files[PageJson.ScreenFile];
        using Image image = Image.Decode(picture.Span);
        IReadOnlyList<PageElement> elements = PageJson.ReadElements(page);
        return new LabelledScreen(picture, image.Size, page["device_scale"]?.GetValue<double>() ?? 1, ScreenLabels.Of(elements, image));
    }
}
