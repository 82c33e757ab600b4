using System.Numerics.Tensors;

namespace Magma.Models.Generation;

/// <summary>Chooses tokens of one answer from logits. Keeps the answer's random numbers, grammar state and seen tokens.</summary>
internal sealed class Sampler
{
    private readonly GenerationOptions options;
    private readonly HashSet<int> seen;
    private readonly int[] endIds;
    private IGrammarState? grammar;
    private ulong random;

    public Sampler(GenerationOptions options, IEnumerable<int> prompt, int row, int[] endIds)
    {
        this.options = options;
        this.endIds = endIds;
        seen = options.RepetitionPenalty == 1 ? [] : [.. prompt];
        grammar = options.Grammar?.Start;
        random = Mix(options.Seed + (0x9E3779B97F4A7C15 * ((ulong)row + 1)));
    }

    /// <summary>Whether the grammar allows nothing more.</summary>
    public bool IsFinished => grammar is { IsComplete: true, Allowed.IsEmpty: true };

    /// <summary>The next token; the logits are changed.</summary>
    public int Next(Span<float> logits)
    {
        Penalize(logits);
        ReadOnlySpan<int> candidates = Candidates();
        int id = options.Temperature == 0 ? Greatest(logits, candidates) : Draw(logits, candidates);
        if (!float.IsFinite(logits[id]))
            throw new InvalidDataException($"The model's logits are not finite (token {id} has {logits[id]}): its weights are damaged, or its numbers leave their type's range.");
        if (options.RepetitionPenalty != 1) seen.Add(id);
        if (grammar is not null && !endIds.Contains(id)) grammar = grammar.After(id);
        return id;
    }

    private void Penalize(Span<float> logits)
    {
        if (options.RepetitionPenalty == 1) return;
        float penalty = (float)options.RepetitionPenalty;
        foreach (int id in seen)
        {
            if ((uint)id < (uint)logits.Length) logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
        }
    }

    /// <summary>Ids that may come next; empty when all may.</summary>
    private ReadOnlySpan<int> Candidates()
    {
        if (grammar is null) return [];
        ReadOnlySpan<int> allowed = grammar.Allowed;
        if (grammar.IsComplete) allowed = (int[])[.. allowed, .. endIds];
        return allowed.Length > 0 ? allowed : throw new InvalidOperationException("The grammar allows no token here, and the answer is not complete.");
    }

    private static int Greatest(ReadOnlySpan<float> logits, ReadOnlySpan<int> candidates)
    {
        if (candidates.IsEmpty) return TensorPrimitives.IndexOfMax(logits);
        int best = candidates[0];
        foreach (int id in candidates)
        {
            if (logits[id] > logits[best] || (logits[id] == logits[best] && id < best)) best = id;
        }

        return best;
    }

    private int Draw(ReadOnlySpan<float> logits, ReadOnlySpan<int> candidates)
    {
        int count = candidates.IsEmpty ? logits.Length : candidates.Length;
        var ids = new int[count];
        var keys = new float[count];
        for (int index = 0; index < count; index++)
        {
            ids[index] = candidates.IsEmpty ? index : candidates[index];
            keys[index] = -logits[ids[index]];
        }

        bool ordered = options.TopK > 0 || options.TopP < 1;
        if (ordered) Array.Sort(keys, ids);
        int kept = options.TopK > 0 ? Math.Min(options.TopK, count) : count;
        double greatest = double.NegativeInfinity, total = 0;
        for (int index = 0; index < kept; index++) greatest = Math.Max(greatest, -keys[index]);
        var weights = new double[kept];
        // In double precision and beside the greatest, so that no temperature is too small.
        for (int index = 0; index < kept; index++) total += weights[index] = Math.Exp((-keys[index] - greatest) / options.Temperature);
        if (options.TopP < 1) (kept, total) = Nucleus(weights, total);
        double target = Uniform() * total;
        for (int index = 0; index < kept; index++)
        {
            target -= weights[index];
            if (target < 0) return ids[index];
        }

        return ids[kept - 1];
    }

    /// <summary>The fewest likeliest tokens that together have the share; at least one.</summary>
    private (int Kept, double Total) Nucleus(double[] weights, double total)
    {
        double sum = 0;
        for (int index = 0; index < weights.Length; index++)
        {
            sum += weights[index];
            if (sum >= options.TopP * total) return (index + 1, sum);
        }

        return (weights.Length, sum);
    }

    private double Uniform()
    {
        random += 0x9E3779B97F4A7C15;
        return (Mix(random) >> 11) * (1.0 / (1L << 53));
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
