using System.Buffers.Binary;
using System.Text;

namespace Magma.Onnx.Graph;

/// <summary>One field of a message: a number, or bytes that are a text, a message or packed numbers.</summary>
internal readonly record struct ProtoField(int Number, int Wire, ulong Value, ReadOnlyMemory<byte> Bytes);

/// <summary>A protocol buffer without its schema: the fields in their order (protobuf.dev, encoding). Unknown fields survive reading and writing.</summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    /// <summary>The fields, in the file's order.</summary>
    public List<ProtoField> Fields { get; } = [];

    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public static ProtoMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtoMessage();
        int at = 0;
        while (at < bytes.Length)
        {
            ulong tag = ReadVarint(bytes.Span, ref at);
            (int number, int wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case Varint:
                    message.Fields.Add(new(number, wire, ReadVarint(bytes.Span, ref at), default));
                    break;
                case Fixed64:
                    message.Fields.Add(new(number, wire, BinaryPrimitives.ReadUInt64LittleEndian(Take(bytes, ref at, 8).Span), default));
                    break;
                case Fixed32:
                    message.Fields.Add(new(number, wire, BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes, ref at, 4).Span), default));
                    break;
                case Delimited:
                    message.Fields.Add(new(number, wire, 0, Take(bytes, ref at, ReadVarint(bytes.Span, ref at))));
                    break;
                default:
                    throw new InvalidDataException($"a field of wire type {wire} was found at byte {at}, which protocol buffers do not have");
            }
        }

        return message;
    }

    public string Text(int number) => Fields.FindLast(field => field.Number == number) is { Bytes: var bytes } ? Encoding.UTF8.GetString(bytes.Span) : "";

    public long Integer(int number) => (long)Fields.FindLast(field => field.Number == number).Value;

    public IEnumerable<string> Texts(int number) => All(number).Select(field => Encoding.UTF8.GetString(field.Bytes.Span));

    public IEnumerable<ProtoMessage> Messages(int number) => All(number).Select(field => Parse(field.Bytes));

    public bool Has(int number) => Fields.Exists(field => field.Number == number);

    /// <summary>Whole numbers that were written packed or one by one.</summary>
    public IEnumerable<long> Integers(int number)
    {
        foreach (ProtoField field in All(number))
        {
            if (field.Wire != Delimited)
            {
                yield return (long)field.Value;
                continue;
            }

            for (int at = 0; at < field.Bytes.Length;) yield return (long)ReadVarint(field.Bytes.Span, ref at);
        }
    }

    public ProtoMessage Add(int number, long value) => Add(new ProtoField(number, Varint, (ulong)value, default));

    public ProtoMessage Add(int number, float value) => Add(new ProtoField(number, Fixed32, BitConverter.SingleToUInt32Bits(value), default));

    public ProtoMessage Add(int number, string text) => Add(number, Encoding.UTF8.GetBytes(text));

    public ProtoMessage Add(int number, ReadOnlyMemory<byte> bytes) => Add(new ProtoField(number, Delimited, 0, bytes));

    public ProtoMessage Add(int number, ProtoMessage message) => Add(number, message.ToBytes());

    public ProtoMessage Add(ProtoField field)
    {
        Fields.Add(field);
        return this;
    }

    public byte[] ToBytes()
    {
        var stream = new MemoryStream();
        Span<byte> word = stackalloc byte[8];
        foreach (ProtoField field in Fields)
        {
            WriteVarint(stream, ((ulong)field.Number << 3) | (uint)field.Wire);
            switch (field.Wire)
            {
                case Varint:
                    WriteVarint(stream, field.Value);
                    break;
                case Delimited:
                    WriteVarint(stream, (ulong)field.Bytes.Length);
                    stream.Write(field.Bytes.Span);
                    break;
                default:
                    BinaryPrimitives.WriteUInt64LittleEndian(word, field.Value);
                    stream.Write(word[..(field.Wire == Fixed64 ? 8 : 4)]);
                    break;
            }
        }

        return stream.ToArray();
    }

    private IEnumerable<ProtoField> All(int number) => Fields.Where(field => field.Number == number);

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> bytes, ref int at, ulong length)
    {
        if (length > (ulong)(bytes.Length - at)) throw new InvalidDataException($"a field of {length} bytes at byte {at} goes beyond the end");
        ReadOnlyMemory<byte> taken = bytes.Slice(at, (int)length);
        at += (int)length;
        return taken;
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            byte part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException($"a number at byte {at} does not end");
    }

    private static void WriteVarint(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
