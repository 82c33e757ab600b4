using System.Buffers.Binary;
using System.Numerics;

namespace Magma.Models.Tokenization;

/// <summary>Ordinary tokens as byte strings, both ways. Ids may have holes.</summary>
internal sealed class Vocabulary
{
    private readonly byte[] bytes;
    private readonly int[] starts;
    private readonly Slot[] slots;

    /// <param name="tokens">Bytes by id; null where no token has the id.</param>
    public Vocabulary(IReadOnlyList<byte[]?> tokens)
    {
        starts = new int[tokens.Count + 1];
        for (int id = 0; id < tokens.Count; id++) starts[id + 1] = starts[id] + (tokens[id]?.Length ?? 0);
        bytes = new byte[starts[^1]];
        slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, tokens.Count * 3))];
        for (int id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is not { Length: > 0 } token) continue;
            token.CopyTo(bytes, starts[id]);
            uint hash = HashOf(token);
            uint slot = hash & (uint)(slots.Length - 1);
            while (slots[slot].IdPlusOne != 0) slot = (slot + 1) & (uint)(slots.Length - 1);
            slots[slot] = new Slot(hash, id + 1);
        }
    }

    private readonly record struct Slot(uint Hash, int IdPlusOne);

    /// <summary>One more than the greatest id.</summary>
    public int Count => starts.Length - 1;

    /// <summary>The bytes of a token; empty when there is none of that id.</summary>
    public ReadOnlySpan<byte> BytesOf(int id) => bytes.AsSpan(starts[id]..starts[id + 1]);

    /// <summary>The id of a token, or -1.</summary>
    public int Find(ReadOnlySpan<byte> token) => Find(token, HashOf(token));

    /// <inheritdoc cref="Find(ReadOnlySpan{byte})"/>
    public int Find(ReadOnlySpan<byte> token, uint hash)
    {
        Slot[] table = slots;
        for (uint slot = hash & (uint)(table.Length - 1); ; slot = (slot + 1) & (uint)(table.Length - 1))
        {
            Slot candidate = table[slot];
            if (candidate.IdPlusOne == 0) return -1;
            if (candidate.Hash == hash && BytesOf(candidate.IdPlusOne - 1).SequenceEqual(token)) return candidate.IdPlusOne - 1;
        }
    }

    /// <summary>A fast hash of a short byte string.</summary>
    public static uint HashOf(ReadOnlySpan<byte> text)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ulong hash = (ulong)text.Length * Multiplier;
        while (text.Length > 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * Multiplier;
            hash ^= hash >> 32;
            text = text[8..];
        }

        ulong tail = 0;
        if (text.Length >= 4)
        {
            tail = BinaryPrimitives.ReadUInt32LittleEndian(text) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]) << 32);
        }
        else if (text.Length > 0)
        {
            tail = text[0] | ((ulong)text[text.Length / 2] << 8) | ((ulong)text[^1] << 16);
        }

        hash = (hash ^ tail) * Multiplier;
        return (uint)(hash >> 32) ^ (uint)(hash >> 7);
    }
}
