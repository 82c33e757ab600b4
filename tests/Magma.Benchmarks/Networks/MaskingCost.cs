using System.Diagnostics;
using System.Globalization;
using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Processing;
using Magma.Testing;

namespace Magma.Benchmarks;

/// <summary>
/// What binding answers to a grammar costs. Choosing a token takes as long behind a small model as behind a large one, so answers of the smallest
/// shape, whose vocabulary is that of the large ones, take turns, free and bound: there the cost stands out from the noise of a shared machine.
/// </summary>
internal static class MaskingCost
{
    private const int Pairs = 60;

    /// <summary>Milliseconds that a bound token costs on top, and what part of a decoding step that is.</summary>
    /// <param name="step">Seconds of a decoding step of the 1B shape in bf16.</param>
    public static IEnumerable<BenchmarkRow> Measure(double step)
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "peers", "magma", "tiny");
        if (!Directory.Exists(folder))
        {
            string llama3 = Path.Combine(Repository.Root, "node_modules", "@lenml", "tokenizer-llama3", "models", "tokenizer.json");
            RandomCheckpoint.Write("magma-tiny", folder, llama3, seed: 1);
        }

        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(folder);
        var tokens = new SortedTokens(checkpoint.Tokenizer);
        var action = new ActionGrammar(new ActionCodec(checkpoint.Model.Config.TokenizerVocabularySize));
        yield return Compare(checkpoint, "seven action tokens", () => action, step);
        // A typed text may hold nearly every token of the vocabulary; nothing is known of a new screen's grammar.
        yield return Compare(checkpoint, "UI actions, a new screen each", () => UiActionGrammar.For(tokens, [.. Enumerable.Range(1, 40)], [UiActionKind.Type]), step);
    }

    private static BenchmarkRow Compare(MagmaCheckpoint checkpoint, string name, Func<ITokenGrammar> grammar, double step)
    {
        using var generator = new Generator(checkpoint);
        PromptInput prompt = checkpoint.Processor.Encode("What is to be done next on this screen?", []);
        (int Tokens, double Seconds) Answer(ITokenGrammar? bound, int most)
        {
            long started = Stopwatch.GetTimestamp();
            int count = generator.StreamAsync(prompt, new GenerationOptions { Grammar = bound, MaxNewTokens = most }).ToBlockingEnumerable().Count();
            return (count, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        int tokens = Answer(grammar(), most: 32).Tokens;
        // The compiler's last tier, and answers that are as long.
        for (int warm = 0; warm < 10; warm++) tokens = Math.Min(Answer(null, tokens).Tokens, Answer(grammar(), tokens).Tokens);
        List<double> free = [], costs = [];
        for (bool freeFirst = true; costs.Count < Pairs; freeFirst = !freeFirst)
        {
            double one = Answer(freeFirst ? null : grammar(), tokens).Seconds, other = Answer(freeFirst ? grammar() : null, tokens).Seconds;
            free.Add((freeFirst ? one : other) / tokens);
            costs.Add((freeFirst ? other - one : one - other) / tokens);
        }

        // The median of all values lies between these two of a sample's with 95 %, whatever their distribution.
        double spread = 0.98 / Math.Sqrt(costs.Count);
        string limit = string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * At(costs, 0.5) / step:F2} % of a step ({100 * At(costs, 0.5 - spread) / step:F2} to {100 * At(costs, 0.5 + spread) / step:F2} with 95 %), bar 2 %");
        return new($"{name}: ms a token, {tokens} tokens, smallest shape", 1000 * (At(free, 0.5) + At(costs, 0.5)), 1000 * At(free, 0.5), limit);
    }

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(share * values.Count));
}
