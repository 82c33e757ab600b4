using System.Buffers.Binary;

namespace Magma.Datasets.Parquet;

/// <summary>
/// Writes the metadata entry <c>ARROW:schema</c>, as pyarrow does, so that Arrow readers see fixed lists and large texts.
/// </summary>
internal static class ArrowSchemaWriter
{
    private const short MetadataVersion5 = 4;
    private const byte SchemaHeader = 1;

    /// <summary>Base64 of an encapsulated Arrow IPC message that holds the schema and its metadata.</summary>
    public static string Write(IReadOnlyList<ParquetField> columns, IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        var flat = new FlatBuilder();
        int[] fields = [.. columns.Select(column => Field(flat, column.Name, column.Type))];
        int fieldVector = flat.Vector(fields);
        int[] pairs = [.. metadata.Select(pair => Pair(flat, pair))];
        int schema = pairs.Length == 0 ? flat.Table((1, 0, fieldVector)) : flat.Table((2, 0, flat.Vector(pairs)), (1, 0, fieldVector));
        int message = flat.Table((2, 0, schema), (0, 2, MetadataVersion5), (1, 1, SchemaHeader));
        ReadOnlySpan<byte> body = flat.Finish(message);

        int padded = (body.Length + 7) & ~7;
        byte[] encapsulated = new byte[8 + padded];
        BinaryPrimitives.WriteInt32LittleEndian(encapsulated, -1);
        BinaryPrimitives.WriteInt32LittleEndian(encapsulated.AsSpan(4), padded);
        body.CopyTo(encapsulated.AsSpan(8));
        return Convert.ToBase64String(encapsulated);
    }

    private static int Pair(FlatBuilder flat, KeyValuePair<string, string> pair)
    {
        int value = flat.Text(pair.Value), key = flat.Text(pair.Key);
        return flat.Table((0, 0, key), (1, 0, value));
    }

    private static int Field(FlatBuilder flat, string name, ParquetType type)
    {
        int[] children = type.Kind switch
        {
            ParquetKind.List => [Field(flat, "item", type.Element!)],
            ParquetKind.Struct => [.. type.Fields.Select(field => Field(flat, field.Name, field.Type))],
            _ => [],
        };
        int childVector = flat.Vector(children);
        (ArrowKind kind, int table) = Type(flat, type);
        int text = flat.Text(name);
        const byte nullable = 1;
        return flat.Table((0, 0, text), (3, 0, table), (5, 0, childVector), (1, 1, nullable), (2, 1, (byte)kind));
    }

    private static (ArrowKind Kind, int Table) Type(FlatBuilder flat, ParquetType type) => type.Kind switch
    {
        ParquetKind.Boolean => (ArrowKind.Bool, flat.Table()),
        ParquetKind.Int32 => (ArrowKind.Int, flat.Table((0, 4, 32), (1, 1, 1))),
        ParquetKind.Int64 => (ArrowKind.Int, flat.Table((0, 4, 64), (1, 1, 1))),
        ParquetKind.Float => (ArrowKind.FloatingPoint, flat.Table((0, 2, 1))),
        ParquetKind.Double => (ArrowKind.FloatingPoint, flat.Table((0, 2, 2))),
        ParquetKind.Text => (type.IsLarge ? ArrowKind.LargeUtf8 : ArrowKind.Utf8, flat.Table()),
        ParquetKind.Bytes => (ArrowKind.Binary, flat.Table()),
        ParquetKind.List when type.FixedLength is { } length => (ArrowKind.FixedSizeList, flat.Table((0, 4, length))),
        ParquetKind.List => (ArrowKind.List, flat.Table()),
        ParquetKind.Struct => (ArrowKind.Struct, flat.Table()),
        _ => throw new ArgumentException($"Columns of type {type} can be read, but not written."),
    };
}
