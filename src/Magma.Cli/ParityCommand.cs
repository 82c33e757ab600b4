using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Magma.Cli.Parity;

namespace Magma.Cli;

/// <summary><c>magma parity</c>: our numbers beside the reference's, a verdict per tensor, line or case.</summary>
internal static class ParityCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "A golden folder: its golden.json names the kind." };
        var command = new Command("parity", "Run a golden folder and compare our results with the reference's.") { folder };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(folder).FullName));
        return command;
    }

    private static int Run(string folder)
    {
        string kind = ReadKind(folder);
        int equal = 0, different = 0, notBuilt = 0;
        try
        {
            foreach (ParityVerdict verdict in VerdictsOf(kind, folder))
            {
                Print(verdict);
                switch (verdict.Outcome)
                {
                    case ParityOutcome.Equal: equal++; break;
                    case ParityOutcome.Different: different++; break;
                    default: notBuilt++; break;
                }
            }
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InvalidDataException($"{folder} is not as folders of kind '{kind}' are: {problem.Message}", problem);
        }

        Console.WriteLine($"{kind}: {equal} equal, {different} different, {notBuilt} not built");
        if (equal + different == 0) throw new InvalidDataException($"{folder} holds no case of kind '{kind}' that could be compared.");
        return different == 0 ? CommandLine.Success : CommandLine.Failure;
    }

    private static IEnumerable<ParityVerdict> VerdictsOf(string kind, string folder) => kind switch
    {
        "navigation" => NavigationParity.Run(folder),
        "som" => SomParity.Run(folder),
        "actions" => ActionsParity.Run(folder),
        "cotracker" => CoTrackerParity.Run(folder),
        "decoders" => DecodersParity.Run(folder),
        "magma" => MagmaParity.Run(folder),
        "magma-parts" => MagmaPartsParity.Run(folder),
        "processor" => ProcessorParity.Run(folder),
        "tokenizer" => TokenizerParity.Run(folder),
        "tom" => TomParity.Run(folder),
        _ => throw new InvalidDataException($"The folder {folder} is of kind '{kind}', which this version does not know."),
    };

    private static string ReadKind(string folder)
    {
        string path = Path.Combine(folder, "golden.json");
        if (!File.Exists(path)) throw new InvalidDataException($"{folder} is not a golden folder: it has no golden.json.");
        try
        {
            using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(path));
            return golden.RootElement.GetProperty("kind").GetString() ?? throw new InvalidDataException($"{path}: 'kind' is null.");
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not a golden description: a JSON object with a text 'kind' was expected.", problem);
        }
    }

    private static void Print(ParityVerdict verdict)
    {
        string outcome = verdict.Outcome switch
        {
            ParityOutcome.Equal => "equal    ",
            ParityOutcome.Different => "DIFFERENT",
            _ => "not built",
        };
        string error = verdict.MaxAbsolute is { } absolute
            ? string.Create(CultureInfo.InvariantCulture, $"  max abs {absolute:e2}, max rel {verdict.MaxRelative ?? 0:e2}")
            : "";
        string note = verdict.Note is null ? "" : $"  {verdict.Note}";
        Console.WriteLine($"{outcome}  {verdict.Case}{error}  (bar {verdict.Bar}){note}");
    }
}
