using System.Diagnostics;
using System.Globalization;
using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Processing;
using Magma.Testing;

namespace Magma.Benchmarks;

/// <summary>
/// What binding answers to a grammar costs: free and bound answers of a whole Magma model with a decoder of the 1B shape take turns, on one
/// cache (another's memory may be a few percent slower), and each bound step stands beside the free one at the same position. On a shared
/// machine a step varies by a tenth from the next one, so what counts is the median of many pairs' ratios, and where its true value lies.
/// </summary>
internal static class MaskingCost
{
    private const int Pairs = 100;

    /// <summary>Tokens a second bound to a grammar beside those of free answers.</summary>
    public static IEnumerable<BenchmarkRow> Measure()
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "peers", "magma", "checkpoint");
        if (!Directory.Exists(folder))
        {
            Console.WriteLine("Making a random checkpoint with a decoder of the 1B shape …");
            string llama3 = Path.Combine(Repository.Root, "node_modules", "@lenml", "tokenizer-llama3", "models", "tokenizer.json");
            RandomCheckpoint.Write("magma-1b", $"{folder}.new", llama3, seed: 1);
            Directory.Move($"{folder}.new", folder);
        }

        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(folder);
        var tokens = new SortedTokens(checkpoint.Tokenizer);
        var screen = () => UiActionGrammar.For(tokens, [.. Enumerable.Range(1, 40)]);
        var codec = new ActionCodec(checkpoint.Model.Config.TokenizerVocabularySize);
        yield return Compare(checkpoint, "bf16 bound to seven action tokens beside free, tokens/s", new ActionGrammar(codec), ActionCodec.Dimensions);
        yield return Compare(checkpoint, "bf16 bound to UI actions beside free, tokens/s", screen(), 24);
        yield return new("UI actions: finding a grammar's places in a first answer, ms in all, once a screen", FirstAnswer(checkpoint, screen()), null);
    }

    private static BenchmarkRow Compare(MagmaCheckpoint checkpoint, string name, ITokenGrammar grammar, int tokens)
    {
        using var generator = new Generator(checkpoint);
        PromptInput prompt = checkpoint.Processor.Encode(string.Concat(Enumerable.Repeat("What is to be done next on this screen? ", 50)), []);
        List<double> Answer(ITokenGrammar? bound) => Seconds(generator, prompt, new GenerationOptions { Grammar = bound, MaxNewTokens = tokens });
        Answer(null);
        Answer(grammar);
        List<double> freeSeconds = [], costs = [];
        for (bool freeFirst = true; costs.Count < Pairs; freeFirst = !freeFirst)
        {
            List<double> first = Answer(freeFirst ? null : grammar), second = Answer(freeFirst ? grammar : null);
            foreach ((double free, double bound) in freeFirst ? first.Zip(second) : second.Zip(first))
            {
                freeSeconds.Add(free);
                costs.Add((bound / free) - 1);
            }
        }

        // The median of all values lies between these two of a sample's with 95 %, whatever their distribution.
        double rate = 1 / At(freeSeconds, 0.5), spread = 0.98 / Math.Sqrt(costs.Count);
        string limit = string.Create(
            CultureInfo.InvariantCulture,
            $"costs {100 * At(costs, 0.5):F1} % ({100 * At(costs, 0.5 - spread):F1} to {100 * At(costs, 0.5 + spread):F1} with 95 %), bar 2 %");
        return new(name, rate / (1 + At(costs, 0.5)), rate, limit);
    }

    private static double FirstAnswer(MagmaCheckpoint checkpoint, ITokenGrammar grammar)
    {
        string text = new UiAction(UiActionKind.Type, 17, "two tickets to Lisbon").ToJson();
        long started = Stopwatch.GetTimestamp();
        IGrammarState state = grammar.Start;
        foreach (int id in checkpoint.Tokenizer.Encode(text, addSpecialTokens: false)) state = state.After(id);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(share * values.Count));

    // Of an answer's tokens behind its first: that one reads the end of the prompt.
    private static List<double> Seconds(Generator generator, PromptInput prompt, GenerationOptions options)
    {
        using IEnumerator<GeneratedToken> answer = generator.StreamAsync(prompt, options).ToBlockingEnumerable().GetEnumerator();
        answer.MoveNext();
        var seconds = new List<double>();
        while (true)
        {
            long started = Stopwatch.GetTimestamp();
            if (!answer.MoveNext()) return seconds;
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }
}
