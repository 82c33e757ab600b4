using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Magma.Data;

/// <summary>
/// Random numbers that depend on a seed and a key alone, so a sample comes out the same whoever makes it and in whatever order
/// (SplitMix64, Steele, Lea and Flood 2014, started from a SHA-256 of both).
/// </summary>
public sealed class KeyedRandom
{
    private ulong _state;

    /// <summary>A sequence of its own for every pair of seed and key.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="key">What the numbers are for, usually a sample's key.</param>
    public KeyedRandom(long seed, string key) =>
        _state = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{key}")));

    /// <summary>The next number, from 0 up to, not including, 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next whole number, from 0 up to, not including, the limit.</summary>
    /// <param name="limit">At least 1.</param>
    public int NextInt(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return (int)(NextDouble() * limit);
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
