using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Magma.Datasets.Parquet;

/// <summary>What an Arrow schema says about a column beyond what Parquet's own schema says.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Children">Its parts.</param>
internal sealed record ArrowField(string Name, IReadOnlyList<ArrowField> Children)
{
    public int? FixedLength { get; init; }

    public ParquetTimeUnit? DurationUnit { get; init; }

    public string? TimeZone { get; init; }

    public bool IsLarge { get; init; }

    public ArrowField? ChildAt(int index) => index < Children.Count ? Children[index] : null;
}

/// <summary>
/// The metadata entry <c>ARROW:schema</c> of Parquet files: base64 of an Arrow IPC message that holds a FlatBuffers schema
/// (format: Arrow columnar format, "Encapsulated message format" and Schema.fbs).
/// </summary>
internal static class ArrowSchema
{
    public const string Key = "ARROW:schema";

    private const int MaximumDepth = 32;

    /// <summary>Reads the columns of a schema; every offset is checked, for the bytes come from the file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static IReadOnlyList<ArrowField> Read(string path, ReadOnlySpan<byte> base64)
    {
        try
        {
            byte[] message = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
            if (Base64.DecodeFromUtf8(base64, message, out _, out int length) != System.Buffers.OperationStatus.Done)
                throw new InvalidDataException("it is not base64");
            ReadOnlyMemory<byte> bytes = message.AsMemory(0, length);
            bool marked = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span) == -1;
            var root = FlatTable.Root(bytes[(marked ? 8 : 4)..]);
            const byte schemaHeader = 1;
            if (root.Byte(1) != schemaHeader || root.Table(2) is not { } schema) throw new InvalidDataException("it holds no schema");
            return Fields(schema, 1, 0);
        }
        catch (Exception problem) when (problem is ArgumentOutOfRangeException or InvalidDataException or OverflowException)
        {
            throw new InvalidDataException($"{path}: the metadata entry {Key} is damaged ({problem.Message}).", problem);
        }
    }

    private static ArrowField[] Fields(FlatTable table, int slot, int depth)
    {
        if (depth > MaximumDepth) throw new InvalidDataException($"it is nested more than {MaximumDepth} deep");
        return [.. table.Tables(slot).Select(field => Field(field, depth))];
    }

    private static ArrowField Field(FlatTable field, int depth)
    {
        var kind = (ArrowKind)field.Byte(2);
        FlatTable? type = field.Table(3);
        return new ArrowField(field.Text(0) ?? "", Fields(field, 5, depth + 1))
        {
            FixedLength = kind == ArrowKind.FixedSizeList ? type?.Int32(0) : null,
            DurationUnit = kind == ArrowKind.Duration && type is { } duration ? Unit(duration.Int16(0, 1)) : null,
            TimeZone = kind == ArrowKind.Timestamp ? type?.Text(1) : null,
            IsLarge = kind is ArrowKind.LargeUtf8,
        };
    }

    private static ParquetTimeUnit Unit(short unit) =>
        unit is >= 0 and <= 3 ? (ParquetTimeUnit)unit : throw new InvalidDataException($"it has the time unit {unit}");
}

/// <summary>Numbers of the union <c>Type</c> in Arrow's Schema.fbs.</summary>
internal enum ArrowKind : byte
{
    Int = 2,
    FloatingPoint = 3,
    Binary = 4,
    Utf8 = 5,
    Bool = 6,
    Timestamp = 10,
    List = 12,
    Struct = 13,
    FixedSizeList = 16,
    Duration = 18,
    LargeUtf8 = 20,
}

/// <summary>A table of a FlatBuffers buffer; a read outside the buffer throws <see cref="ArgumentOutOfRangeException"/>.</summary>
internal readonly struct FlatTable(ReadOnlyMemory<byte> buffer, int position)
{
    public static FlatTable Root(ReadOnlyMemory<byte> buffer) => new(buffer, Offset(buffer, 0));

    public byte Byte(int slot) => At(slot) is { } at ? buffer.Span[at..][0] : (byte)0;

    public short Int16(int slot, short absent) => At(slot) is { } at ? BinaryPrimitives.ReadInt16LittleEndian(buffer.Span[at..]) : absent;

    public int Int32(int slot) => At(slot) is { } at ? BinaryPrimitives.ReadInt32LittleEndian(buffer.Span[at..]) : 0;

    public FlatTable? Table(int slot) => At(slot) is { } at ? new FlatTable(buffer, Offset(buffer, at)) : null;

    public string? Text(int slot)
    {
        if (At(slot) is not { } at) return null;
        int start = Offset(buffer, at);
        return Encoding.UTF8.GetString(buffer.Span.Slice(start + 4, BinaryPrimitives.ReadInt32LittleEndian(buffer.Span[start..])));
    }

    public IReadOnlyList<FlatTable> Tables(int slot)
    {
        if (At(slot) is not { } at) return [];
        int start = Offset(buffer, at);
        int count = BinaryPrimitives.ReadInt32LittleEndian(buffer.Span[start..]);
        _ = buffer.Slice(start + 4, checked(count * 4));
        var tables = new FlatTable[count];
        for (int i = 0; i < count; i++) tables[i] = new FlatTable(buffer, Offset(buffer, start + 4 + 4 * i));
        return tables;
    }

    private static int Offset(ReadOnlyMemory<byte> buffer, int at) =>
        checked(at + (int)BinaryPrimitives.ReadUInt32LittleEndian(buffer.Span[at..]));

    private int? At(int slot)
    {
        int vtable = position - BinaryPrimitives.ReadInt32LittleEndian(buffer.Span[position..]);
        int entry = 4 + 2 * slot;
        if (entry + 2 > BinaryPrimitives.ReadUInt16LittleEndian(buffer.Span[vtable..])) return null;
        int offset = BinaryPrimitives.ReadUInt16LittleEndian(buffer.Span[(vtable + entry)..]);
        return offset == 0 ? null : position + offset;
    }
}
