using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Magma.Perception;

/// <summary>
/// The lines read on the last picture of a screen, by the very pixels the recogniser saw, so that on the next one only lines that changed are read.
/// What comes out is the same as without. One screen at a time; not for several threads at once.
/// </summary>
public sealed class TextCache
{
    private Dictionary<UInt128, (string Text, double Score)> _last = [];
    private Dictionary<UInt128, (string Text, double Score)> _now = [];

    /// <summary>How many lines of the last picture were known from the one before.</summary>
    public int Reused { get; private set; }

    /// <summary>The key of what the recogniser is given: rows of 48 pixels in three planes, so the length says the width.</summary>
    internal static UInt128 KeyOf(ReadOnlySpan<float> planes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(planes), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    internal void Begin() => ((_last, _now), Reused) = ((_now, []), 0);

    internal bool TryGet(UInt128 key, out (string Text, double Score) line)
    {
        if (_now.TryGetValue(key, out line)) return true;
        if (!_last.TryGetValue(key, out line)) return false;
        _now.Add(key, line);
        Reused++;
        return true;
    }

    internal void Add(UInt128 key, (string Text, double Score) line) => _now.TryAdd(key, line);
}
