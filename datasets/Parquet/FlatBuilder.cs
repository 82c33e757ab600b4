using System.Buffers.Binary;
using System.Text;

namespace Magma.Datasets.Parquet;

/// <summary>Writes FlatBuffers from back to front, as the format wants it; positions are counted from the end.</summary>
internal sealed class FlatBuilder
{
    private const int LargestAlignment = 8;

    private byte[] bytes = new byte[1024];
    private int head = 1024;

    private int Written => bytes.Length - head;

    /// <summary>A length-prefixed, zero-ended UTF-8 text.</summary>
    public int Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Reserve(4, utf8.Length + 1);
        head--;
        bytes[head] = 0;
        head -= utf8.Length;
        utf8.CopyTo(bytes, head);
        PutInt32(utf8.Length);
        return Written;
    }

    /// <summary>A vector of offsets to tables.</summary>
    public int Vector(IReadOnlyList<int> items)
    {
        Reserve(4, 4 * items.Count);
        for (int i = items.Count - 1; i >= 0; i--) PutOffset(items[i]);
        PutInt32(items.Count);
        return Written;
    }

    /// <summary>A table; slots without a field take their default.</summary>
    /// <param name="fields">Slot, width in bytes (1, 2, 4, 8; 0 for an offset) and value of each field.</param>
    public int Table(params ReadOnlySpan<(int Slot, int Width, long Value)> fields)
    {
        int start = Written;
        int slots = 0;
        foreach ((int slot, _, _) in fields) slots = Math.Max(slots, slot + 1);
        Span<int> positions = stackalloc int[slots];
        foreach ((int slot, int width, long value) in fields)
        {
            if (width == 0)
            {
                PutOffset((int)value);
            }
            else
            {
                Reserve(width, 0);
                head -= width;
                for (int i = 0; i < width; i++) bytes[head + i] = (byte)(value >> (8 * i));
            }

            positions[slot] = Written;
        }

        PutInt32(0);
        int table = Written;
        for (int slot = slots - 1; slot >= 0; slot--) PutInt16(positions[slot] == 0 ? 0 : table - positions[slot]);
        PutInt16(table - start);
        PutInt16(4 + 2 * slots);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - table), Written - table);
        return table;
    }

    /// <summary>The finished buffer.</summary>
    public ReadOnlySpan<byte> Finish(int root)
    {
        Reserve(LargestAlignment, 4);
        PutOffset(root);
        return bytes.AsSpan(head);
    }

    private void PutOffset(int target)
    {
        Reserve(4, 0);
        PutInt32(Written - target + 4);
    }

    private void PutInt32(int value)
    {
        Reserve(4, 0);
        head -= 4;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(head), value);
    }

    private void PutInt16(int value)
    {
        Reserve(2, 0);
        head -= 2;
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(head), checked((short)value));
    }

    /// <summary>
    /// Pads so that, after <paramref name="following"/> more bytes, a value of this width is aligned; makes room for both.
    /// </summary>
    private void Reserve(int alignment, int following)
    {
        int padding = -(Written + following) & (alignment - 1);
        int needed = padding + following + alignment;
        if (head < needed)
        {
            byte[] larger = new byte[Math.Max(bytes.Length * 2, bytes.Length + needed)];
            int shift = larger.Length - bytes.Length;
            bytes.AsSpan(head).CopyTo(larger.AsSpan(head + shift));
            head += shift;
            bytes = larger;
        }

        head -= padding;
        bytes.AsSpan(head, padding).Clear();
    }
}
