using System.Buffers.Binary;
using System.Text;
using Magma.Torch.Native;

namespace Magma.Torch;

/// <summary>A record of a zip file.</summary>
/// <param name="Name">Its name, with folders.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="PackedBytes">Bytes in the file.</param>
/// <param name="Bytes">Bytes of the record.</param>
/// <param name="Position">Where its local header begins in the file.</param>
internal sealed record ZipRecord(string Name, int Method, long PackedBytes, long Bytes, long Position);

/// <summary>
/// The directory of a zip file, with positions: tensors of stored records lie in the map of the file, which System.IO.Compression cannot
/// give. Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16. Checksums are not compared, as PyTorch does not.
/// </summary>
internal sealed class ZipDirectory
{
    private const int Stored = 0;
    private const int Deflated = 8;
    private const int EndBytes = 22;
    private const int LongestComment = 65535;
    private const int LargestDirectory = 1 << 28;

    // The most that deflate can shrink: 258 bytes into two bits.
    private const long LargestRatio = 1032;

    private readonly MappedFile file;
    private readonly Dictionary<string, ZipRecord> records = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">It is no zip file, or a damaged one.</exception>
    public ZipDirectory(MappedFile file)
    {
        this.file = file;
        var (position, length, count) = FindDirectory();
        if (position < 0 || length < 0 || length > LargestDirectory || position > file.Length - length)
        {
            throw new InvalidDataException(
                $"the zip directory of {length} bytes at {position} is not inside the file of {file.Length} bytes (limit {LargestDirectory})");
        }

        var bytes = file.Bytes(position, (int)length);
        for (var number = 0L; number < count; number++)
        {
            bytes = bytes[Add(bytes)..];
        }
    }

    /// <summary>All records.</summary>
    public IReadOnlyCollection<ZipRecord> Records => records.Values;

    /// <summary>The record of that name, or null.</summary>
    public ZipRecord? Find(string name) => records.GetValueOrDefault(name);

    /// <summary>Where the bytes of a record begin in the file; all of them are inside it.</summary>
    public long DataOf(ZipRecord record)
    {
        var position = record.Position;
        if (position < 0 || position > file.Length - 30 || UInt32(file.Bytes(position, 4), 0) != 0x04034B50)
        {
            throw new InvalidDataException($"the zip record '{record.Name}' has no header at {position}");
        }

        var header = file.Bytes(position, 30);
        position += 30L + UInt16(header, 26) + UInt16(header, 28);
        return record.PackedBytes <= file.Length - position
            ? position
            : throw new InvalidDataException(
                $"the zip record '{record.Name}' is to have {record.PackedBytes} bytes at {position}, but the file has {file.Length}");
    }

    private int Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 46 || UInt32(bytes, 0) != 0x02014B50)
        {
            throw new InvalidDataException("the zip directory is cut short");
        }

        var (flags, method) = (UInt16(bytes, 8), UInt16(bytes, 10));
        var (nameLength, extraLength, commentLength) = (UInt16(bytes, 28), UInt16(bytes, 30), UInt16(bytes, 32));
        var size = 46 + nameLength + extraLength + commentLength;
        if (size > bytes.Length)
        {
            throw new InvalidDataException("the zip directory is cut short");
        }

        var name = Encoding.UTF8.GetString(bytes.Slice(46, nameLength));
        long packed = UInt32(bytes, 20), whole = UInt32(bytes, 24), position = UInt32(bytes, 42);
        Widen(bytes.Slice(46 + nameLength, extraLength), ref whole, ref packed, ref position);
        if ((flags & 1) != 0 || method is not (Stored or Deflated))
        {
            throw new InvalidDataException($"the zip record '{name}' is encrypted or packed by method {method}; stored and deflated are read");
        }

        if (packed < 0 || whole < 0 || (method == Stored && packed != whole) || whole / LargestRatio > packed)
        {
            throw new InvalidDataException($"the zip record '{name}' of {packed} bytes cannot hold the {whole} bytes that the directory says");
        }

        if (!records.TryAdd(name, new(name, method, packed, whole, position)))
        {
            throw new InvalidDataException($"the zip file has two records '{name}'");
        }

        return size;
    }

    private (long Position, long Length, long Count) FindDirectory()
    {
        var length = (int)Math.Min(file.Length, EndBytes + LongestComment);
        var tail = file.Bytes(file.Length - length, length);
        for (var at = length - EndBytes; at >= 0; at--)
        {
            if (UInt32(tail, at) == 0x06054B50 && UInt16(tail, at + 20) == length - at - EndBytes)
            {
                return FindLargeDirectory(file.Length - length + at)
                    ?? (UInt32(tail, at + 16), UInt32(tail, at + 12), UInt16(tail, at + 10));
            }
        }

        throw new InvalidDataException("the zip file has no end record: it is truncated");
    }

    // Zip64: a locator in front of the end record points to a wider one.
    private (long Position, long Length, long Count)? FindLargeDirectory(long end)
    {
        if (end < 20 || UInt32(file.Bytes(end - 20, 4), 0) != 0x07064B50)
        {
            return null;
        }

        var position = Int64(file.Bytes(end - 20, 20), 8);
        if (position < 0 || position > file.Length - 56 || UInt32(file.Bytes(position, 4), 0) != 0x06064B50)
        {
            throw new InvalidDataException($"the zip64 end record is not at {position}");
        }

        var record = file.Bytes(position, 56);
        return (Int64(record, 48), Int64(record, 40), Int64(record, 32));
    }

    // Numbers that did not fit their 32 bits stand in the extra field 1, in this order.
    private static void Widen(ReadOnlySpan<byte> extra, ref long whole, ref long packed, ref long position)
    {
        while (extra.Length >= 4)
        {
            var (kind, length) = (UInt16(extra, 0), UInt16(extra, 2));
            if (length > extra.Length - 4)
            {
                return;
            }

            if (kind == 1)
            {
                var field = extra.Slice(4, length);
                Take(ref field, ref whole);
                Take(ref field, ref packed);
                Take(ref field, ref position);
            }

            extra = extra[(4 + length)..];
        }
    }

    private static void Take(ref ReadOnlySpan<byte> field, ref long value)
    {
        if (value == uint.MaxValue && field.Length >= 8)
        {
            value = Int64(field, 0);
            field = field[8..];
        }
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
