namespace Magma.Data;

/// <summary>
/// Draws that are a pure function of a seed and a key, the same on every machine and whatever was drawn for other keys:
/// SplitMix64 (Steele, Lea, Flood 2014) started from the seed mixed with the FNV-1a hash of the key.
/// </summary>
public sealed class SeededTraceDraws : ITraceDraws
{
    private ulong _state;

    /// <param name="seed">The seed of the run.</param>
    /// <param name="key">What the draws are for, such as the key of a sample.</param>
    public SeededTraceDraws(ulong seed, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ulong hash = 14695981039346656037;
        foreach (char c in key) hash = (hash ^ c) * 1099511628211;
        _state = seed;
        _state = Next() ^ hash;
    }

    /// <inheritdoc/>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc/>
    public int[] Integers(int low, int high, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        var values = new int[count];
        for (int i = 0; i < count; i++) values[i] = low + Below(high - low);
        return values;
    }

    /// <inheritdoc/>
    public int[] Choose(int from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, from);
        return Permutation(from)[..count];
    }

    /// <inheritdoc/>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = Below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    // The high half of a 64-bit product is even to within 2⁻³², far below anything a selection could show.
    private int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
