using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Magma.Datasets.Episodes;
using Magma.Datasets.LeRobot;
using Magma.Datasets.Llava;
using Magma.Datasets.Samples;

namespace Magma.Cli;

/// <summary>
/// <c>magma dataset convert</c> and <c>export</c>: shards, Parquet and LLaVA-style JSON into one another, robot episodes into LeRobot.
/// </summary>
internal static class DatasetConvertCommand
{
    private const string Shards = "shards", Parquet = "parquet", Llava = "llava", LeRobot = "lerobot";

    public static Command Create()
    {
        (Argument<string> source, Argument<string> target, Option<string?> images) = Common();
        var to = new Option<string>("--to") { Description = "The format to write.", Required = true };
        to.AcceptOnlyFromAmong(Shards, Parquet, Llava, LeRobot);
        var fps = new Option<int?>("--fps") { Description = "Steps per second of robot episodes whose format (RLDS) does not say." };
        var split = new Option<string>("--split") { Description = "The split of an RLDS data set.", DefaultValueFactory = _ => "train" };
        var command = new Command("convert", "Convert between shards, Parquet and LLaVA-style JSON, as a stream; robot episodes to LeRobot v3.")
        {
            source, target, to, images, fps, split,
        };
        command.SetAction((arguments, stop) => Task.FromResult(arguments.GetRequiredValue(to) == LeRobot
            ? ToLeRobot(arguments.GetRequiredValue(source), arguments.GetRequiredValue(target), arguments.GetValue(fps), arguments.GetValue(split)!, stop)
            : Convert(
                arguments.GetRequiredValue(source), arguments.GetRequiredValue(target), arguments.GetRequiredValue(to), arguments.GetValue(images), stop)));
        return command;
    }

    public static Command CreateExport()
    {
        (Argument<string> source, Argument<string> target, Option<string?> images) = Common();
        var command = new Command(
            "export", "Write a folder of pictures with LLaVA-style JSON, which the reference's loaders read.") { source, target, images };
        command.SetAction((arguments, stop) => Task.FromResult(
            Convert(arguments.GetRequiredValue(source), arguments.GetRequiredValue(target), Llava, arguments.GetValue(images), stop)));
        return command;
    }

    private static (Argument<string> Source, Argument<string> Target, Option<string?> Images) Common() => (
        new Argument<string>("source") { Description = $"What to read: {DatasetCommand.Sources}." },
        new Argument<string>("target") { Description = "The new folder to write to." },
        DatasetCommand.ImagesOption());

    private static int Convert(string sourcePath, string target, string format, string? images, CancellationToken stop)
    {
        RefuseOverlap(sourcePath, target);
        SampleSource source = SampleSource.Open(sourcePath, images);
        var display = new StreamDisplay("samples");
        IEnumerable<Data.Sample> samples = display.Watch(source.Read(display.Problem, stop));
        Directory.CreateDirectory(target);
        long count = format switch
        {
            Shards => ShardSamples.Write(
                target, samples, AnnotateOptions.Tool, new JsonObject { ["source"] = Path.GetFileName(Path.GetFullPath(sourcePath)) },
                stop),
            Parquet => ParquetSamples.Write(target, samples, source.CountMostImages(stop), stop),
            _ => LlavaFolder.Write(target, samples, stop),
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} samples written to {target} as {format}"));
        return Ended(display, "samples");
    }

    private static int ToLeRobot(string sourcePath, string target, int? fps, string split, CancellationToken stop)
    {
        RefuseOverlap(sourcePath, target);
        IRobotDataset source = RobotSources.Open(sourcePath, split);
        int rate = RobotSources.FramesPerSecond(source, fps);
        var display = new StreamDisplay("episodes");
        LeRobotDescription description = RobotSources.Describe(source, rate);
        long count = LeRobotWriter.Write(target, description, display.Watch(RobotSources.Episodes(source, display.Problem)), stop);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} episodes written to {target} as LeRobot v3.0"));
        return Ended(display, "episodes");
    }

    private static void RefuseOverlap(string source, string target)
    {
        if (Path.GetFullPath(source) == Path.GetFullPath(target))
            throw new InvalidDataException($"{target} is what is read; write into another folder.");
    }

    private static int Ended(StreamDisplay display, string unit)
    {
        if (display.Problems == 0) return CommandLine.Success;
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{display.Problems:N0} problems; the {unit} concerned were left out."));
        return CommandLine.Failure;
    }
}
