using System.Buffers.Binary;
using System.Text;
using Magma.Datasets.Native;

namespace Magma.Datasets.Parquet;

/// <summary>What the end of a Parquet file says about all of it.</summary>
internal sealed record ParquetFooter(long RowCount, long RowGroupCount, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Checks size, magic bytes and footer length before the engine sees the file.</summary>
    public static void CheckFrame(string path)
    {
        using FileStream file = File.OpenRead(path);
        long length = file.Length;
        if (length < 12) throw new InvalidDataException($"{path} is no Parquet file: it has {length} bytes.");
        Span<byte> tail = stackalloc byte[8];
        file.Position = length - 8;
        file.ReadExactly(tail);
        if (tail[4..].SequenceEqual("PARE"u8))
            throw new InvalidDataException($"{path} is an encrypted Parquet file, which is not supported.");
        if (!tail[4..].SequenceEqual("PAR1"u8))
            throw new InvalidDataException(
                $"{path} is no whole Parquet file: it does not end with PAR1. Was it cut off, or is its writer still at work?");
        uint footer = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (footer == 0 || footer > length - 12)
            throw new InvalidDataException($"{path}: the footer says it has {footer} bytes, the file has {length}. The file is damaged.");
    }

    public static ParquetFooter Read(DuckDbConnection connection, string path)
    {
        long rows = 0, groups = 0;
        Each(connection, "SELECT num_rows, num_row_groups FROM parquet_file_metadata(?)", path, chunk =>
        {
            rows = chunk[0].Integer(0);
            groups = chunk[1].Integer(0);
        });
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Each(connection, "SELECT key, value FROM parquet_kv_metadata(?)", path, chunk =>
        {
            for (int i = 0; i < chunk.RowCount; i++)
                metadata[Encoding.UTF8.GetString(chunk[0].Bytes(i))] = Encoding.UTF8.GetString(chunk[1].Bytes(i));
        });
        return new ParquetFooter(rows, groups, metadata);
    }

    /// <summary>Runs a query that has the file as its one parameter.</summary>
    internal static void Each(DuckDbConnection connection, string sql, string path, Action<ParquetChunk> action)
    {
        using DuckDbResult result = connection.Execute(
            sql, message => new InvalidDataException($"{path} cannot be read as Parquet: {message}"), path);
        var fields = new ParquetField[result.ColumnCount];
        var layouts = new ParquetColumnLayout[result.ColumnCount];
        for (int i = 0; i < fields.Length; i++)
        {
            using DuckDbLogicalTypeHandle type = result.ColumnType(i);
            layouts[i] = ParquetColumnLayout.Of(type, null);
            fields[i] = new ParquetField(result.ColumnName(i), layouts[i].Type);
        }

        while (result.Fetch() is { } handle)
        {
            using var chunk = new ParquetChunk(path, handle, fields, layouts);
            action(chunk);
        }
    }
}
