using System.Buffers.Binary;
using System.IO.Compression;

namespace Magma.Datasets.Rlds;

/// <summary>One record of a TFRecord file.</summary>
/// <param name="Offset">Where its frame begins, in bytes of the uncompressed file.</param>
/// <param name="Data">Its bytes; their checksum was right.</param>
public readonly record struct TfRecord(long Offset, ReadOnlyMemory<byte> Data);

/// <summary>
/// Reads TFRecord files: a length of 8 bytes with its masked CRC-32C, the data, their masked CRC-32C; plain, gzip or zlib.
/// Both checksums are checked, and nothing is allocated on the word of a length that the file cannot hold.
/// </summary>
public static class TfRecordReader
{
    /// <summary>The longest record that is read, in bytes.</summary>
    public const int MaximumRecord = 1 << 30;

    private const int HeaderSize = 12;
    private const int CopyStep = 1 << 20;

    /// <summary>The records in the order of the file. Those before a damaged place are all given.</summary>
    /// <exception cref="InvalidDataException">At the first damage; the message names the file and the offset.</exception>
    public static IEnumerable<TfRecord> Read(string path)
    {
        using Stream stream = Open(path, out long? length);
        byte[] header = new byte[HeaderSize];
        long offset = 0;
        while (true)
        {
            int got = stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
            if (got == 0) yield break;
            if (got < HeaderSize) throw Damage(path, offset, $"the file ends after {got} of the {HeaderSize} bytes of a record's header");
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(header);
            if (Crc32C.Masked(header.AsSpan(0, 8)) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8)))
                throw Damage(path, offset, $"the checksum of the record's length ({size}) is wrong");
            if (size > MaximumRecord) throw Damage(path, offset, $"a record of {size} bytes is announced; the limit is {MaximumRecord}");
            if (length is { } total && (long)size + 4 > total - offset - HeaderSize)
                throw Damage(path, offset, $"a record of {size} bytes is announced, but only {total - offset - HeaderSize} bytes follow");
            byte[] data = ReadData(stream, (int)size + 4, path, offset);
            if (Crc32C.Masked(data.AsSpan(0, (int)size)) != BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)size)))
                throw Damage(path, offset, $"the checksum of the record's {size} bytes is wrong");
            yield return new TfRecord(offset, data.AsMemory(0, (int)size));
            offset += HeaderSize + (long)size + 4;
        }
    }

    internal static InvalidDataException Damage(string path, long offset, string what) => new($"{path}, byte {offset}: {what}.");

    private static Stream Open(string path, out long? length)
    {
        FileStream file = File.OpenRead(path);
        byte[] start = new byte[HeaderSize];
        int got = file.ReadAtLeast(start, HeaderSize, throwOnEndOfStream: false);
        file.Position = 0;
        bool plain = got < HeaderSize || Crc32C.Masked(start.AsSpan(0, 8)) == BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        bool gzip = start is [0x1f, 0x8b, ..];
        bool zlib = (start[0] & 0x0f) == 8 && ((start[0] << 8) | start[1]) % 31 == 0;
        if (plain || !(gzip || zlib))
        {
            length = file.Length;
            return new BufferedStream(file, 1 << 16);
        }

        length = null;
        Stream inflating = gzip ? new GZipStream(file, CompressionMode.Decompress) : new ZLibStream(file, CompressionMode.Decompress);
        return new BufferedStream(inflating, 1 << 16);
    }

    // Grows with what really arrives, for a compressed file does not say how long it is.
    private static byte[] ReadData(Stream stream, int size, string path, long offset)
    {
        byte[] data = new byte[Math.Min(size, CopyStep)];
        int got = 0;
        while (got < size)
        {
            if (got == data.Length) Array.Resize(ref data, (int)Math.Min(size, 2L * data.Length));
            int read = stream.Read(data, got, data.Length - got);
            if (read == 0) throw Damage(path, offset, $"the file ends after {got} of the {size} bytes of a record and its checksum");
            got += read;
        }

        return data;
    }
}
