using System.CommandLine;
using System.Globalization;
using Magma.Annotation.Inspection;
using Magma.Datasets.Samples;

namespace Magma.Cli;

/// <summary><c>magma dataset diff</c>: two labeller versions over one corpus.</summary>
internal static class DatasetDiffCommand
{
    public static Command Create()
    {
        var before = new Argument<string>("old") { Description = "The earlier version: a run's folder." };
        var after = new Argument<string>("new") { Description = "The later version: a run's folder over the same inputs." };
        var output = new Option<string>("--out") { Description = "The HTML report.", DefaultValueFactory = _ => "diff.html" };
        var pictures = new Option<int>("--pictures")
        {
            Description = "How many of the inputs that differ most are shown.",
            DefaultValueFactory = _ => 60,
        };
        var command = new Command("diff", "Compare the marks of two labelled versions of one corpus: added, lost and moved, with pictures.")
        {
            before, after, output, pictures,
        };
        command.SetAction((arguments, stop) => Task.FromResult(Run(
            arguments.GetRequiredValue(before), arguments.GetRequiredValue(after), arguments.GetRequiredValue(output), arguments.GetValue(pictures), stop)));
        return command;
    }

    private static int Run(string before, string after, string output, int pictures, CancellationToken stop)
    {
        if (pictures < 0) throw new InvalidDataException($"--pictures {pictures} is impossible: 0 or more were expected.");
        var display = new StreamDisplay("samples");
        DatasetDiff diff = DatasetDiff.Between(SampleSource.Open(before), SampleSource.Open(after), pictures, display.Problem, stop);
        DiffReport.Write(output, diff, NameOf(before), NameOf(after));
        Console.WriteLine(Invariant(
            $"{diff.Compared:N0} inputs in both, {diff.Different:N0} of them with different marks; only in old {diff.OnlyOld.Count:N0}, only in new {diff.OnlyNew.Count:N0}"));
        Console.WriteLine(Invariant($"marks: {diff.Added:N0} added, {diff.Lost:N0} lost, {diff.Moved:N0} moved, {diff.Same:N0} unchanged"));
        foreach ((string kind, (long added, long lost, long moved)) in diff.ByKind)
            Console.WriteLine(Invariant($"  {kind,-12} +{added:N0} −{lost:N0} moved {moved:N0}"));
        Console.WriteLine($"report: {Path.GetFullPath(output)}");
        return display.Problems == 0 ? CommandLine.Success : CommandLine.Failure;
    }

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
