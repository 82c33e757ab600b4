using System.CommandLine;
using System.Globalization;
using Magma.Annotation.Inspection;

namespace Magma.Cli;

/// <summary><c>magma dataset verify</c>: hashes, pictures, samples and marks, checked from end to end.</summary>
internal static class DatasetVerifyCommand
{
    private const int PrintedProblems = 50;

    public static Command Create()
    {
        var source = new Argument<string>("dataset") { Description = $"What to check: {DatasetCommand.Sources}." };
        Option<string?> images = DatasetCommand.ImagesOption();
        var workers = new Option<int>("--workers")
        {
            Description = "Shards checked at once. Default: one per processor.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var command = new Command("verify", "Check hashes, decode every picture, check every sample and every mark. Exit code 1 when anything is wrong.")
        {
            source, images, workers,
        };
        command.SetAction((arguments, stop) => Task.FromResult(
            Run(arguments.GetRequiredValue(source), arguments.GetValue(images), Math.Max(1, arguments.GetValue(workers)), stop)));
        return command;
    }

    private static int Run(string path, string? images, int workers, CancellationToken stop)
    {
        var display = new StreamDisplay("shards");
        VerifyResult result = DatasetVerifier.Verify(path, images, workers, display.Tick, stop);
        foreach (DatasetProblem problem in result.Problems.Take(PrintedProblems)) Console.WriteLine($"{problem.Where}: {problem.What}");
        if (result.ProblemCount > PrintedProblems) Console.WriteLine(Invariant($"… and {result.ProblemCount - PrintedProblems:N0} more"));
        string verdict = result.IsClean ? "nothing is wrong" : Invariant($"{result.ProblemCount:N0} problems");
        Console.WriteLine(Invariant(
            $"{result.Samples:N0} samples, {result.Images:N0} pictures decoded, {result.Marks:N0} marks, {result.Hashes:N0} shard hashes: {verdict}"));
        return result.IsClean ? CommandLine.Success : CommandLine.Failure;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
