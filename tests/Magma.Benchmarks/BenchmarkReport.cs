using System.Globalization;
using System.Text;
using Magma.Testing;
using Spectre.Console;

namespace Magma.Benchmarks;

/// <summary>One line of a benchmark: the same work, done by this toolkit and by the named peer in the same run.</summary>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Ours">Our figure.</param>
/// <param name="Peer">The peer's figure; null where there is none.</param>
/// <param name="Limit">What was aimed for or what the machine allows, in words; empty where nothing is.</param>
internal sealed record BenchmarkRow(string What, double Ours, double? Peer, string Limit = "");

/// <summary>The result of a benchmark, printed as a table and kept in <c>docs/benchmarks</c>.</summary>
/// <param name="Name">The benchmark's subcommand.</param>
/// <param name="Peer">The peer, with its version.</param>
/// <param name="Command">The command line that gives these figures.</param>
/// <param name="Notes">What a reader has to know to judge the figures.</param>
/// <param name="Rows">The figures.</param>
internal sealed record BenchmarkReport(string Name, string Peer, string Command, string Notes, IReadOnlyList<BenchmarkRow> Rows)
{
    /// <summary>Prints the table and writes <c>docs/benchmarks/{name}.md</c>.</summary>
    public void Publish(DateOnly date)
    {
        var table = new Table().AddColumns("", "ours", "peer", "ours / peer", "limit");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {Name}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}, {Machine()}. Peer: {Peer}. Command: `{Command}`");
        text.AppendLine();
        text.AppendLine(Notes);
        text.AppendLine();
        text.AppendLine("| | ours | peer | ours / peer | limit |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (BenchmarkRow row in Rows)
        {
            string ratio = row.Peer is { } peer ? (row.Ours / peer).ToString("0.00", CultureInfo.InvariantCulture) : "";
            table.AddRow(Markup.Escape(row.What), Figure(row.Ours), Figure(row.Peer), ratio, Markup.Escape(row.Limit));
            text.AppendLine($"| {string.Join(" | ", row.What, Figure(row.Ours), Figure(row.Peer), ratio, row.Limit)} |");
        }
        AnsiConsole.Write(table);
        string folder = Path.Combine(Repository.Root, "docs", "benchmarks");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{Name}.md"), text.ToString().ReplaceLineEndings("\n"));
    }

    private static string Figure(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    private static string Machine()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name")) ?? "";
        return $"{Environment.ProcessorCount} cores of {model.Split(':', 2)[^1].Trim()}";
    }
}
