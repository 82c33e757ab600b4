using System.CommandLine;
using System.Globalization;
using Magma.Models.Checkpoints;
using Magma.Models.Networks;
using Magma.Torch;

namespace Magma.Cli;

/// <summary><c>magma model info|convert|quantize|random</c>: what a checkpoint holds, and checkpoints with random weights.</summary>
internal static class ModelCommand
{
    public static Command Create() => new("model", "Look at checkpoints and make them.") { Info(), ModelConvertCommand.Create(), ModelQuantizeCommand.Create(), Random() };

    private static Command Info()
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "A checkpoint folder." };
        var command = new Command("info", "Check a checkpoint and show what it holds.") { folder };
        command.SetAction(arguments =>
        {
            string path = arguments.GetRequiredValue(folder).FullName;
            using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(path);
            using ITensorFile weights = TensorFiles.Open(path);
            MagmaConfig config = checkpoint.Model.Config;
            List<TensorEntry> entries = [.. weights.Names.Select(name => weights.Find(name)!)];
            long parameters = entries.Sum(entry => entry.Shape.Aggregate(1L, (product, length) => product * length));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"parameters   {parameters:N0} in {entries.Count} tensors"));
            foreach (IGrouping<string, TensorEntry> type in entries.GroupBy(entry => entry.DType))
                Console.WriteLine($"             {type.Key}: {type.Count()} tensors");
            Console.WriteLine($"decoder      {config.Text.Kind}, {config.Text.Layers} layers of {config.Text.HiddenSize}, {config.Text.Heads} heads, {config.Text.KeyValueHeads} key and value heads, vocabulary {config.Text.VocabularySize}");
            Console.WriteLine($"vision       {config.Vision.Backbone}, stages {string.Join(", ", config.Vision.Depths)} of {string.Join(", ", config.Vision.Widths)}, crops of {config.Vision.ImageSize}, {(config.Vision.IsGlobal ? "global" : "crop")}");
            Console.WriteLine($"tokenizer    {checkpoint.Tokenizer.BaseVocabularySize} ordinary and {checkpoint.Tokenizer.AddedTokens.Count} added tokens; picture {config.ImageTokenId}");
            Console.WriteLine(
                $"statistics   {(checkpoint.Statistics.Count == 0 ? "none" : string.Join(", ", checkpoint.Statistics.Keys))}");
            return CommandLine.Success;
        });
        return command;
    }

    private static Command Random()
    {
        var config =
            new Option<string>("--config") { Description = $"The shape: {string.Join(", ", RandomCheckpoint.Names)}.", Required = true };
        var target = new Option<DirectoryInfo>("--out") { Description = "The new folder.", Required = true };
        var seed = new Option<ulong>("--seed") { Description = "Start of the random numbers." };
        var command = new Command("random", "Write a checkpoint of a known shape with random weights.") { config, target, seed };
        command.SetAction((arguments, cancellation) =>
        {
            string folder = arguments.GetRequiredValue(target).FullName;
            RandomCheckpoint.Write(
                arguments.GetRequiredValue(config), folder, NpmPackages.Llama3Tokenizer, arguments.GetValue(seed),
                cancellation: cancellation);
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }
}
