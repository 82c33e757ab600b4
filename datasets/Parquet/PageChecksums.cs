using Magma.Datasets.Native;

namespace Magma.Datasets.Parquet;

/// <summary>
/// Checks the CRC-32 of pages, which the engine does not. Pages need not carry one (the format leaves it to the writer); what is checked
/// are those that do. Formats: parquet.thrift (PageHeader) in Thrift's compact protocol.
/// </summary>
internal static class PageChecksums
{
    private const int LargestHeader = 1 << 20;

    private static readonly uint[] Table = MakeTable();

    /// <summary>Checks the pages of some columns. A file whose first page has no checksum is taken to have none at all.</summary>
    /// <param name="connection">Reads the places of the pages.</param>
    /// <param name="path">The file.</param>
    /// <param name="columns">Names of columns.</param>
    /// <exception cref="InvalidDataException">A checksum is wrong, or the pages are not where the footer says.</exception>
    public static void Check(DuckDbConnection connection, string path, IReadOnlyList<string> columns)
    {
        using FileStream file = File.OpenRead(path);
        foreach ((string column, long start, long end) in Places(connection, path))
        {
            if (start < 4 || end > file.Length || start >= end)
                throw new InvalidDataException(
                    $"{path}: the pages of '{column}' are said to be at {start} to {end}; the file has {file.Length} bytes.");
            if (!columns.Any(name => column == name || column.StartsWith(name + ", ", StringComparison.Ordinal))) continue;
            for (long at = start; at < end;)
            {
                (int headerLength, int size, uint? expected) = ReadHeader(file, path, column, at, end);
                if (expected is null) return;
                at += headerLength;
                if (size < 0 || at + size > end)
                    throw new InvalidDataException($"{path}: a page of '{column}' at byte {at} runs past its column.");
                byte[] page = new byte[size];
                file.Position = at;
                file.ReadExactly(page);
                if (Crc32(page) != expected)
                    throw new InvalidDataException(
                        $"{path}: the checksum of the page of '{column}' at byte {at} is wrong; its data were changed.");
                at += size;
            }
        }
    }

    private static List<(string Column, long Start, long End)> Places(DuckDbConnection connection, string path)
    {
        const string sql =
            "SELECT path_in_schema, dictionary_page_offset, data_page_offset, total_compressed_size FROM parquet_metadata(?)";
        var places = new List<(string, long, long)>();
        ParquetFooter.Each(connection, sql, path, chunk =>
        {
            for (int i = 0; i < chunk.RowCount; i++)
            {
                long data = chunk[2].Integer(i), dictionary = chunk[1].IsNull(i) ? 0 : chunk[1].Integer(i);
                long start = dictionary > 0 ? Math.Min(dictionary, data) : data;
                places.Add((chunk[0].Text(i)!, start, start + chunk[3].Integer(i)));
            }
        });
        return places;
    }

    private static (int HeaderLength, int Size, uint? Crc) ReadHeader(FileStream file, string path, string column, long at, long end)
    {
        byte[] buffer = new byte[(int)Math.Min(LargestHeader, end - at)];
        file.Position = at;
        file.ReadExactly(buffer);
        var reader = new ThriftReader(buffer);
        try
        {
            int? size = null;
            uint? crc = null;
            while (reader.NextField())
            {
                if (reader.Field == 3) size = (int)reader.ReadInteger();
                else if (reader.Field == 4) crc = (uint)(int)reader.ReadInteger();
                else reader.Skip();
            }

            return (reader.Position, size ?? throw new InvalidDataException("it has no size"), crc);
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException(
                $"{path}: the header of the page of '{column}' at byte {at} is damaged: {problem.Message}.", problem);
        }
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte value in bytes) crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            table[i] = value;
        }

        return table;
    }
}

/// <summary>Walks over a struct in Thrift's compact protocol.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int DeepestStruct = 16;

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int type;

    public int Position { get; private set; }

    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end of the struct.</summary>
    public bool NextField()
    {
        byte head = ReadByte();
        if (head == 0) return false;
        type = head & 15;
        Field = head >> 4 != 0 ? Field + (head >> 4) : (int)ReadInteger();
        return true;
    }

    public long ReadInteger()
    {
        ulong raw = ReadVarint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    public void Skip() => Skip(type, 0);

    private void Skip(int kind, int depth)
    {
        if (depth > DeepestStruct) throw new InvalidDataException("it is nested too deep");
        switch (kind)
        {
            case 1 or 2: break;
            case 3: ReadByte(); break;
            case 4 or 5 or 6: ReadVarint(); break;
            case 7: Advance(8); break;
            case 8: Advance(ReadVarint()); break;
            case 9 or 10:
                byte head = ReadByte();
                ulong count = head >> 4 == 15 ? ReadVarint() : (ulong)(head >> 4);
                // Truth values take a byte each inside a list.
                for (ulong i = 0; i < count; i++) Skip((head & 15) is 1 or 2 ? 3 : head & 15, depth + 1);
                break;
            case 12:
                for (byte field = ReadByte(); field != 0; field = ReadByte())
                {
                    if (field >> 4 == 0) ReadVarint();
                    Skip(field & 15, depth + 1);
                }

                break;
            default: throw new InvalidDataException($"it has the unknown type {kind}");
        }
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte part = ReadByte();
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException("a number is longer than 10 bytes");
    }

    private byte ReadByte() => Position < bytes.Length ? bytes[Position++] : throw new InvalidDataException("it is cut off");

    private void Advance(ulong count)
    {
        if (count > (ulong)(bytes.Length - Position)) throw new InvalidDataException("it is cut off");
        Position += (int)count;
    }
}
