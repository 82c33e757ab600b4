namespace Magma.Datasets.Episodes;

/// <summary>
/// Quantiles of a stream of numbers in bounded memory. Exact (NumPy's linear interpolation) up to 2^20 numbers; beyond that it keeps
/// every second number of a full, sorted level with twice the weight, so ranks are off by about one in 10^5.
/// </summary>
internal sealed class QuantileSketch
{
    private const int Capacity = 1 << 20;

    private readonly List<List<float>> levels = [[]];
    private bool keepOdd;

    public void Add(float value)
    {
        levels[0].Add(value);
        for (int level = 0; levels[level].Count >= Capacity; level++)
        {
            if (level + 1 == levels.Count) levels.Add([]);
            levels[level].Sort();
            for (int i = keepOdd ? 1 : 0; i < levels[level].Count; i += 2) levels[level + 1].Add(levels[level][i]);
            keepOdd = !keepOdd;
            levels[level].Clear();
        }
    }

    /// <summary>The values below which fractions of the numbers lie.</summary>
    /// <param name="fractions">Each 0 to 1.</param>
    public double[] Quantiles(params ReadOnlySpan<double> fractions)
    {
        (float Value, long Weight)[] all = [.. levels.SelectMany((level, i) => level.Select(value => (value, 1L << i)))];
        Array.Sort(all, (one, other) => one.Value.CompareTo(other.Value));
        long total = all.Sum(entry => entry.Weight);
        double[] results = new double[fractions.Length];
        for (int i = 0; i < fractions.Length; i++)
        {
            double rank = fractions[i] * (total - 1);
            long below = (long)Math.Floor(rank);
            double low = ValueAt(all, below), high = ValueAt(all, Math.Min(below + 1, total - 1));
            results[i] = low + (high - low) * (rank - below);
        }

        return results;
    }

    private static double ValueAt((float Value, long Weight)[] sorted, long rank)
    {
        foreach ((float value, long weight) in sorted)
        {
            if (rank < weight) return value;
            rank -= weight;
        }

        return sorted[^1].Value;
    }
}
