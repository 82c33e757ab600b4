using System.Diagnostics;
using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Processing;
using Magma.Testing;

namespace Magma.Benchmarks;

/// <summary>
/// What binding answers to a grammar costs: a free and a bound answer of a whole Magma model with a decoder of the 1B shape, a token of
/// each in turn, so that what the machine does besides hits both alike.
/// </summary>
internal static class MaskingCost
{
    private const int Steps = 40;

    /// <summary>Tokens a second bound to a grammar beside those of free answers, by the medians of the steps.</summary>
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
        List<double> freeSeconds = [], boundSeconds = [];
        for (int step = -4; step < Steps; step++)
        {
            double first = free.Step(), second = bound.Step();
            if (step < 0) continue;
            freeSeconds.Add(first);
            boundSeconds.Add(second);
        }

        return new(name, 1 / Median(boundSeconds), 1 / Median(freeSeconds), "costs under 2 %");
    }

    private static double FirstAnswer(MagmaCheckpoint checkpoint, ITokenGrammar grammar)
    {
        string text = new UiAction(UiActionKind.Type, 17, "two tickets to Lisbon").ToJson();
        long started = Stopwatch.GetTimestamp();
        IGrammarState state = grammar.Start;
        foreach (int id in checkpoint.Tokenizer.Encode(text, addSpecialTokens: false)) state = state.After(id);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

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
