namespace Magma.Annotation.Inspection;

/// <summary>How often whole numbers came, without keeping them all: exact counts per number.</summary>
public sealed class Distribution
{
    private readonly SortedDictionary<long, long> counts = [];

    /// <summary>How many numbers were added.</summary>
    public long Count { get; private set; }

    /// <summary>Their mean; 0 when there are none.</summary>
    public double Mean => Count == 0 ? 0 : counts.Sum(entry => (double)entry.Key * entry.Value) / Count;

    public void Add(long value)
    {
        Count++;
        counts[value] = counts.GetValueOrDefault(value) + 1;
    }

    /// <summary>The smallest number below or at which a fraction of them lies.</summary>
    /// <param name="fraction">0 to 1.</param>
    public long Quantile(double fraction)
    {
        long rank = (long)Math.Floor(fraction * Math.Max(0, Count - 1));
        foreach ((long value, long count) in counts)
        {
            if (rank < count) return value;
            rank -= count;
        }

        return 0;
    }

    /// <summary>The numbers in up to <paramref name="most"/> bins of one width, without empty bins at the ends.</summary>
    /// <returns>First and last number of each bin, and how many fell into it.</returns>
    public IReadOnlyList<(long First, long Last, long Count)> Bins(int most)
    {
        if (Count == 0) return [];
        long low = counts.First().Key, high = counts.Last().Key, width = 1;
        // 1, 2, 5, 10, 20 …: widths that a person reads easily.
        for (int step = 0; (high / width) - (low / width) >= most; step++) width = step % 3 == 1 ? width / 2 * 5 : width * 2;
        var bins = new List<(long, long, long)>();
        for (long bin = low / width; bin <= high / width; bin++)
        {
            long first = bin * width, last = first + width - 1;
            bins.Add((first, last, counts.Where(entry => entry.Key >= first && entry.Key <= last).Sum(entry => entry.Value)));
        }

        return bins;
    }
}
