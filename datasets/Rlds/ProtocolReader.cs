using System.Buffers.Binary;

namespace Magma.Datasets.Rlds;

/// <summary>Walks over the fields of a protocol buffer message; every length is checked against the message.</summary>
// Magma.Onnx has another that keeps whole messages to write them again; this one keeps nothing, and neither project knows the other.
internal ref struct ProtocolReader(ReadOnlyMemory<byte> message)
{
    private readonly ReadOnlyMemory<byte> message = message;
    private int position;
    private int wire;

    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    /// <summary>The number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>Its wire type.</summary>
    public readonly int Wire => wire;

    public readonly bool AtEnd => position == message.Length;

    public bool Next()
    {
        if (AtEnd) return false;
        ulong tag = ReadVarint();
        if (tag >> 3 is 0 or > 0x1FFFFFFF) throw new InvalidDataException($"a protocol buffer has the field number {tag >> 3}");
        (Field, wire) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    public ReadOnlyMemory<byte> ReadBytes()
    {
        if (wire != Bytes) throw new InvalidDataException($"field {Field} of a protocol buffer has wire type {wire} instead of {Bytes}");
        ulong length = ReadVarint();
        return Take(length);
    }

    public ulong ReadVarint()
    {
        ReadOnlySpan<byte> span = message.Span;
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (position == span.Length) throw new InvalidDataException("a protocol buffer ends inside a number");
            byte part = span[position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException("a number in a protocol buffer is longer than 10 bytes");
    }

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(4).Span);

    /// <summary>Steps over a field that is of no interest.</summary>
    public void Skip()
    {
        switch (wire)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: Take(8); break;
            case Bytes: ReadBytes(); break;
            case Fixed32: Take(4); break;
            default: throw new InvalidDataException($"field {Field} of a protocol buffer has the unknown wire type {wire}");
        }
    }

    private ReadOnlyMemory<byte> Take(ulong length)
    {
        if (length > (ulong)(message.Length - position))
            throw new InvalidDataException(
                $"field {Field} of a protocol buffer claims {length} bytes, {message.Length - position} are left");
        ReadOnlyMemory<byte> taken = message.Slice(position, (int)length);
        position += (int)length;
        return taken;
    }
}
