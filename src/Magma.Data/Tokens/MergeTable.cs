using System.Numerics;
using System.Text.Json;

namespace Magma.Data;

/// <summary>Byte pair encoding: which neighbours merge into which token, and in what order of priority.</summary>
public sealed class MergeTable
{
    // Above this length the quadratic scan would lose to the heap.
    private const int LongPiece = 96;

    private readonly ulong[] keys;
    private readonly Merge[] merges;
    private readonly uint mask;
    private int count;

    /// <param name="capacity">An upper bound of the number of merges.</param>
    public MergeTable(int capacity)
    {
        uint size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity * 2L));
        keys = new ulong[size];
        merges = new Merge[size];
        mask = size - 1;
        Array.Fill(keys, ulong.MaxValue);
    }

    private readonly record struct Merge(int Rank, int Id);

    private static Merge None => new(int.MaxValue, -1);

    /// <summary>Reads the merges of a tokenizer.json: pairs in their order, as a list of two or as a text with a blank between.</summary>
    /// <param name="list">The list.</param>
    /// <param name="idOf">The id of a token's spelling, or -1.</param>
    /// <exception cref="InvalidDataException">A merge is no pair, or names or makes a token that has no id.</exception>
    /// <exception cref="InvalidOperationException">A merge is neither a list nor a text.</exception>
    public static MergeTable Read(JsonElement list, Func<string, int> idOf)
    {
        ArgumentNullException.ThrowIfNull(idOf);
        var table = new MergeTable(list.GetArrayLength());
        int rank = 0;
        foreach (JsonElement merge in list.EnumerateArray())
        {
            (string left, string right) = PairOf(merge);
            (int leftId, int rightId, int id) = (idOf(left), idOf(right), idOf(left + right));
            if (leftId < 0 || rightId < 0 || id < 0)
                throw new InvalidDataException($"the merge '{left}' + '{right}' names or makes a token that is not in the vocabulary.");
            table.Add(leftId, rightId, rank++, id);
        }

        return table;
    }

    private static (string Left, string Right) PairOf(JsonElement merge)
    {
        string[] parts = merge.ValueKind == JsonValueKind.Array
            ? [.. merge.EnumerateArray().Select(part => part.GetString() ?? "")]
            : merge.GetString()!.Split(' ', 2);
        return parts is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : throw new InvalidDataException($"the merge {merge.GetRawText()} is not two tokens.");
    }

    /// <summary>Adds a merge. The first one of a pair stays.</summary>
    /// <param name="left">Id of the left token.</param>
    /// <param name="right">Id of the right token.</param>
    /// <param name="rank">Lower ranks merge first.</param>
    /// <param name="id">Id of the merged token.</param>
    public void Add(int left, int right, int rank, int id)
    {
        ulong key = Key(left, right);
        uint slot = SlotOf(key);
        while (keys[slot] != ulong.MaxValue)
        {
            if (keys[slot] == key) return;
            slot = (slot + 1) & mask;
        }

        if (++count > keys.Length / 4 * 3) throw new InvalidOperationException("More merges than the table was made for.");
        keys[slot] = key;
        merges[slot] = new Merge(rank, id);
    }

    /// <summary>Merges a row of tokens in place until no neighbours merge; returns how many are left at its front.</summary>
    public int Apply(Span<int> tokens) => tokens.Length <= LongPiece ? ApplyToShort(tokens) : ApplyToLong(tokens);

    private int ApplyToShort(Span<int> tokens)
    {
        int length = tokens.Length;
        if (length < 2) return length;
        Span<Merge> next = stackalloc Merge[LongPiece];
        for (int index = 0; index + 1 < length; index++) next[index] = Find(tokens[index], tokens[index + 1]);
        while (length > 1)
        {
            int best = 0;
            for (int index = 1; index < length - 1; index++)
            {
                if (next[index].Rank < next[best].Rank) best = index;
            }

            if (next[best].Id < 0) break;
            tokens[best] = next[best].Id;
            tokens[(best + 2)..length].CopyTo(tokens[(best + 1)..]);
            if (best + 2 < length) next[(best + 2)..(length - 1)].CopyTo(next[(best + 1)..]);
            length--;
            if (best > 0) next[best - 1] = Find(tokens[best - 1], tokens[best]);
            if (best < length - 1) next[best] = Find(tokens[best], tokens[best + 1]);
        }

        return length;
    }

    /// <summary>The same with a heap over a linked list: n log n, so a text without blanks is no trap.</summary>
    private int ApplyToLong(Span<int> tokens)
    {
        int length = tokens.Length;
        var following = new int[length];
        var preceding = new int[length];
        var pending = new Merge[length];
        // A pair is (rank, position): the lowest rank first, the leftmost of equals. Stale entries are told by their rank and the pair now
        // there.
        var heap = new PriorityQueue<(int Position, int Id), long>(length);
        for (int index = 0; index < length; index++)
        {
            following[index] = index + 1 < length ? index + 1 : -1;
            preceding[index] = index - 1;
        }

        for (int index = 0; index < length; index++) Consider(tokens, index);
        while (heap.TryDequeue(out (int Position, int Id) pair, out long priority))
        {
            int position = pair.Position;
            if (pending[position].Id != pair.Id || pending[position].Rank != (int)(priority >> 32)) continue;
            int removed = following[position], after = following[removed];
            tokens[position] = pair.Id;
            pending[removed] = None;
            following[position] = after;
            if (after >= 0) preceding[after] = position;
            Consider(tokens, position);
            if (preceding[position] >= 0) Consider(tokens, preceding[position]);
        }

        int kept = 0;
        for (int index = 0; index >= 0; index = following[index]) tokens[kept++] = tokens[index];
        return kept;

        void Consider(Span<int> row, int position)
        {
            int right = following[position];
            Merge merge = right < 0 ? None : Find(row[position], row[right]);
            pending[position] = merge;
            if (merge.Id >= 0) heap.Enqueue((position, merge.Id), ((long)merge.Rank << 32) | (uint)position);
        }
    }

    private Merge Find(int left, int right)
    {
        ulong key = Key(left, right);
        for (uint slot = SlotOf(key); ; slot = (slot + 1) & mask)
        {
            ulong found = keys[slot];
            if (found == key) return merges[slot];
            if (found == ulong.MaxValue) return None;
        }
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private uint SlotOf(ulong key) => (uint)((key * 0x9E3779B97F4A7C15) >> 32) & mask;
}
