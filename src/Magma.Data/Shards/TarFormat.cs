using System.Text;

namespace Magma.Data;

/// <summary>
/// Writes entries of a tar archive in the ustar format (POSIX.1-1988) with nothing in the header but name and size: no owner, no time,
/// mode 0444. The same files give the same bytes everywhere.
/// </summary>
internal static class TarFormat
{
    private const int Block = 512;
    private const int LongestName = 100;
    private const int LongestPrefix = 155;
    private const long LargestFile = 1L << 33;

    public static void Write(Stream output, string name, ReadOnlySpan<byte> content)
    {
        output.Write(Header(name, content.Length));
        output.Write(content);
        int rest = content.Length % Block;
        if (rest > 0) output.Write(new byte[Block - rest]);
    }

    /// <summary>Two blocks of zeros, which end an archive.</summary>
    public static void WriteEnd(Stream output) => output.Write(new byte[2 * Block]);

    private static byte[] Header(string path, long size)
    {
        if (size >= LargestFile) throw new ArgumentException($"{path}: {size} bytes are more than a tar entry holds.");
        (string prefix, string name) = Split(path);
        byte[] header = new byte[Block];
        Put(header, 0, name);
        Put(header, 100, "0000444");
        Put(header, 108, "0000000");
        Put(header, 116, "0000000");
        Put(header, 124, Convert.ToString(size, 8).PadLeft(11, '0'));
        Put(header, 136, "00000000000");
        Put(header, 148, "        ");
        Put(header, 156, "0");
        Put(header, 257, "ustar\000");
        Put(header, 263, "00");
        Put(header, 345, prefix);
        int sum = header.Sum(value => value);
        Put(header, 148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return header;
    }

    private static (string Prefix, string Name) Split(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) <= LongestName) return ("", path);
        for (int slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            (string prefix, string name) = (path[..slash], path[(slash + 1)..]);
            if (Encoding.UTF8.GetByteCount(name) is > 0 and <= LongestName && Encoding.UTF8.GetByteCount(prefix) <= LongestPrefix)
            {
                return (prefix, name);
            }
        }

        throw new ArgumentException($"'{path}' is too long a name for a shard: at most {LongestName} bytes after the last folder.");
    }

    private static void Put(byte[] header, int at, string text) => Encoding.UTF8.GetBytes(text, header.AsSpan(at));
}
