using System.Diagnostics;
using System.Globalization;
using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Processing;
using Magma.Testing;

namespace Magma.Benchmarks;

/// <summary>
/// What binding answers to a grammar costs: a free and a bound answer of a whole Magma model with a decoder of the 1B shape, a token of
/// each in turn, so that what the machine does besides hits both alike. On a shared machine a step still varies by a tenth from the next
/// one, so what counts is the median of many pairs' ratios, and where its true value lies.
/// </summary>
internal static class MaskingCost
{
    private const int Pairs = 80;

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
        yield return Compare(checkpoint, "bf16 bound to seven action tokens beside free, tokens/s", new ActionGrammar(codec));
        yield return Compare(checkpoint, "bf16 bound to UI actions beside free, tokens/s", screen());
        yield return new("UI actions: finding a grammar's places in a first answer, ms in all, once a screen", FirstAnswer(checkpoint, screen()), null);
    }

    private static BenchmarkRow Compare(MagmaCheckpoint checkpoint, string name, ITokenGrammar grammar)
    {
        using var free = new Answers(checkpoint, null);
        using var bound = new Answers(checkpoint, grammar);
        List<double> freeSeconds = [], costs = [];
        for (int pair = -4; pair < Pairs; pair++)
        {
            // What comes second finds other things in the caches, so they take turns in that too.
            double first = pair % 2 == 0 ? free.Step() : bound.Step(), second = pair % 2 == 0 ? bound.Step() : free.Step();
            (double freely, double bounded) = pair % 2 == 0 ? (first, second) : (second, first);
            if (pair < 0) continue;
            freeSeconds.Add(freely);
            costs.Add((bounded / freely) - 1);
        }

        // The median of all values lies between these two of a sample's with 95 %, whatever their distribution.
        double rate = 1 / At(freeSeconds, 0.5), spread = 0.98 / Math.Sqrt(Pairs);
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

    // One answer after the other to the same prompt, whose cache is kept.
    private sealed class Answers(MagmaCheckpoint checkpoint, ITokenGrammar? grammar) : IDisposable
    {
        private readonly Generator generator = new(checkpoint);
        private readonly PromptInput prompt = checkpoint.Processor.Encode(string.Concat(Enumerable.Repeat("What is to be done next on this screen? ", 50)), []);
        private IEnumerator<GeneratedToken>? answer;

        /// <summary>Seconds of the next token that is not an answer's first.</summary>
        public double Step()
        {
            while (true)
            {
                if (answer is null)
                {
                    answer = generator.StreamAsync(prompt, new GenerationOptions { Grammar = grammar, MaxNewTokens = 64 }).ToBlockingEnumerable().GetEnumerator();
                    answer.MoveNext();
                }

                long started = Stopwatch.GetTimestamp();
                if (answer.MoveNext()) return Stopwatch.GetElapsedTime(started).TotalSeconds;
                answer.Dispose();
                answer = null;
            }
        }

        public void Dispose()
        {
            answer?.Dispose();
            generator.Dispose();
        }
    }
}
