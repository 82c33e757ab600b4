using System.Buffers.Binary;
using System.Text;

namespace Magma.Vision.Tests;

/// <summary>Puts an EXIF block with an orientation into an encoded picture, as cameras and phones do.</summary>
internal static class Exif
{
    public static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10];

    public static byte[] Add(byte[] picture, ImageFormat format, int orientation)
    {
        // Little-endian TIFF, one directory with one entry: orientation, a short.
        byte[] tiff = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        switch (format)
        {
            case ImageFormat.Jpeg:
                byte[] segment = [.. "Exif\0\0"u8, .. tiff];
                return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(segment.Length + 2), .. segment, .. picture.AsSpan(2)];
            case ImageFormat.Png:
                const int afterHeader = 33;
                return [.. picture.AsSpan(0, afterHeader), .. PngChunk("eXIf", tiff), .. picture.AsSpan(afterHeader)];
            default:
                PixelSize size = ImageInfo.Read(picture).Size;
                byte[] extended =
                [
                    8, 0, 0, 0,
                    (byte)(size.Width - 1), (byte)(size.Width - 1 >> 8), 0, (byte)(size.Height - 1), (byte)(size.Height - 1 >> 8), 0,
                ];
                byte[] body = [.. "WEBP"u8, .. RiffChunk("VP8X", extended), .. picture.AsSpan(12), .. RiffChunk("EXIF", tiff)];
                return [.. RiffChunk("RIFF", body)];
        }
    }

    public static byte[] PngChunk(string name, ReadOnlySpan<byte> data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        var chunk = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(named.Length + 4), Crc32(named));
        return chunk;
    }

    private static byte[] RiffChunk(string name, ReadOnlySpan<byte> data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        return [.. Encoding.ASCII.GetBytes(name), .. length, .. data, .. data.Length % 2 == 1 ? (byte[])[0] : []];
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
        }
        return ~crc;
    }
}
