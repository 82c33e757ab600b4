using System.Buffers.Binary;
using System.Text;

namespace Magma.Data;

/// <summary>
/// Reads the regular files of a tar archive one after another, forwards only (ustar, GNU long names, PAX paths and sizes; POSIX.1-2001).
/// Unlike the runtime's reader it checks header sums, so a damaged header is not taken for a file.
/// </summary>
internal sealed class TarScan(Stream input, string archive)
{
    private const int Block = 512;
    private const int LargestName = 1 << 16;

    private readonly byte[] _header = new byte[Block];

    /// <summary>The next regular file, wholly read; null at the end of the archive.</summary>
    public (string Name, ReadOnlyMemory<byte> Content)? Next(long largestFile)
    {
        string? longName = null;
        long? longSize = null;
        while (ReadHeader())
        {
            long size = longSize ?? Number(124, 12);
            switch ((char)_header[156])
            {
                case 'L':
                    longName = Encoding.UTF8.GetString(Content(size, LargestName, "a long name").Span).TrimEnd('\0');
                    break;
                case 'x':
                    (longName, longSize) = Extended(Content(size, LargestName, "extended headers").Span, longName);
                    break;
                case '0' or '\0' or '7':
                    string name = longName ?? HeaderName();
                    return (name, Content(size, largestFile, name));
                default:
                    Skip(size);
                    (longName, longSize) = (null, null);
                    break;
            }
        }

        return null;
    }

    private bool ReadHeader()
    {
        int read = input.ReadAtLeast(_header, Block, throwOnEndOfStream: false);
        // An archive ends with blocks of zeros; one that just ends between two files is whole too.
        if (read == 0 || (read == Block && !_header.AsSpan().ContainsAnyExcept((byte)0))) return false;
        if (read < Block) throw new InvalidDataException($"{archive} ends inside a header.");
        long sum = 0;
        for (int index = 0; index < Block; index++) sum += index is >= 148 and < 156 ? ' ' : _header[index];
        if (Number(148, 8) != sum) throw new InvalidDataException($"{archive} is no tar archive, or broken: a header's sum is wrong.");
        return true;
    }

    private string HeaderName()
    {
        string name = Text(0, 100);
        string prefix = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Text(345, 155) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    private string Text(int at, int length)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(at, length);
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private long Number(int at, int length)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(at, length);
        // GNU writes what octal digits cannot hold as a binary number.
        if (field[0] == 0x80) return BinaryPrimitives.ReadInt64BigEndian(field[(length - 8)..]);
        long number = 0;
        foreach (byte digit in field.Trim("\0 "u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw new InvalidDataException($"{archive} is no tar archive, or broken: a header holds no number.");
            number = (number * 8) + (digit - '0');
        }

        return number;
    }

    private ReadOnlyMemory<byte> Content(long size, long limit, string name)
    {
        if (size < 0 || size > limit) throw new InvalidDataException($"{archive}: '{name}' states {size} bytes; the limit is {limit}.");
        // Grows with what is really there: the header may promise more.
        var content = new MemoryStream();
        byte[] buffer = new byte[Math.Min(size, 1 << 16)];
        while (content.Length < size)
        {
            int read = input.Read(buffer, 0, (int)Math.Min(buffer.Length, size - content.Length));
            if (read == 0) throw new InvalidDataException($"{archive} ends inside '{name}'.");
            content.Write(buffer, 0, read);
        }

        Skip((Block - (size % Block)) % Block, name);
        return content.GetBuffer().AsMemory(0, (int)size);
    }

    private void Skip(long size) => Skip(size + ((Block - (size % Block)) % Block), "an entry");

    private void Skip(long bytes, string name)
    {
        byte[] buffer = new byte[Math.Min(Math.Max(bytes, 0), 1 << 16)];
        while (bytes > 0)
        {
            int read = input.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes));
            if (read == 0) throw new InvalidDataException($"{archive} ends inside '{name}'.");
            bytes -= read;
        }
    }

    // Records "length key=value\n"; the length counts itself.
    private (string? Name, long? Size) Extended(ReadOnlySpan<byte> records, string? name)
    {
        long? size = null;
        while (!records.IsEmpty)
        {
            int blank = records.IndexOf((byte)' ');
            if (blank < 1 || !int.TryParse(records[..blank], out int length) || length <= blank + 1 || length > records.Length)
            {
                throw new InvalidDataException($"{archive} is broken: an extended header cannot be read.");
            }

            string[] record = Encoding.UTF8.GetString(records[(blank + 1)..(length - 1)]).Split('=', 2);
            if (record is ["path", { } path]) name = path;
            if (record is ["size", { } digits]) size = long.TryParse(digits, out long parsed) ? parsed : -1;
            records = records[length..];
        }

        return (name, size);
    }
}
