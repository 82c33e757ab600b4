using System.Buffers.Binary;

namespace Magma.Vision;

/// <summary>What the header of a picture says, read without decoding it.</summary>
/// <param name="Format">The file format, from the first bytes, whatever the file's name says.</param>
/// <param name="Size">Columns and rows as stored, in pixels, before any EXIF orientation; both at least 1.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8 (EXIF 2.3, section 4.6.4); 1, upright, when the file states none.</param>
public sealed record ImageInfo(ImageFormat Format, PixelSize Size, int Orientation)
{
    private const int JpegStartOfScan = 0xDA;

    /// <summary>The size after the EXIF orientation is applied, in pixels.</summary>
    public PixelSize UprightSize => Orientation >= 5 ? new(Size.Height, Size.Width) : Size;

    /// <summary>Reads the header of a PNG, JPEG, WebP or BMP file.</summary>
    /// <param name="bytes">The file, or enough of its beginning to hold the header.</param>
    /// <exception cref="InvalidDataException">The bytes are none of the four formats, or end before the size is stated.</exception>
    public static ImageInfo Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw new InvalidDataException("the file is empty; a PNG, JPEG, WebP or BMP picture was expected");
        ImageInfo? info;
        if (IsPng(bytes))
            info = ReadPng(bytes);
        else if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            info = ReadJpeg(bytes);
        else if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
            info = ReadWebP(bytes);
        else if (bytes.StartsWith("BM"u8))
            info = ReadBmp(bytes);
        else
            throw new InvalidDataException($"this is no PNG, JPEG, WebP or BMP picture; it starts with {Start(bytes)}");
        if (info is null)
            throw new InvalidDataException($"the file ends inside its header, after {bytes.Length} bytes");
        if (info.Size.Width < 1 || info.Size.Height < 1)
            throw new InvalidDataException($"the header states an impossible size of {info.Size} pixels");
        return info;
    }

    private static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]);

    private static ImageInfo? ReadPng(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 24)
            return null;
        if (!bytes[12..].StartsWith("IHDR"u8))
            throw new InvalidDataException("the PNG file does not begin with its header chunk");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        int orientation = 1;
        // Chunk: length, name, data, checksum. The EXIF chunk may stand anywhere before the end.
        for (long at = 8; at + 12 <= bytes.Length;)
        {
            ReadOnlySpan<byte> chunk = bytes[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..].StartsWith("eXIf"u8) && length <= chunk.Length - 12)
            {
                orientation = ExifOrientation(chunk.Slice(8, (int)length));
                break;
            }
            at += 12L + length;
        }
        return new(ImageFormat.Png, ToSize(width, height), orientation);
    }

    private static ImageInfo? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        int orientation = 1;
        for (int at = 2; at + 4 <= bytes.Length;)
        {
            if (bytes[at] != 0xFF)
                throw new InvalidDataException($"the JPEG file is broken: no marker at byte {at}");
            int marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            if (marker is 0x01 or >= 0xD0 and <= 0xD7)
            {
                at += 2;
                continue;
            }
            if (marker is JpegStartOfScan or 0xD9)
                throw new InvalidDataException("the JPEG file holds no picture: its data begin before a size is stated");
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            ReadOnlySpan<byte> segment = bytes[(at + 4)..];
            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                return segment.Length < 5 ? null : new(
                    ImageFormat.Jpeg,
                    new(BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..])),
                    orientation);
            }
            if (length < 2 || length - 2 > segment.Length)
                return null;
            if (marker == 0xE1 && segment.StartsWith("Exif\0\0"u8))
                orientation = ExifOrientation(segment[6..(length - 2)]);
            at += 2 + length;
        }
        return null;
    }

    private static ImageInfo? ReadWebP(ReadOnlySpan<byte> bytes)
    {
        PixelSize? size = null;
        int orientation = 1;
        for (long at = 12; at + 8 <= bytes.Length;)
        {
            ReadOnlySpan<byte> name = bytes.Slice((int)at, 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[((int)at + 4)..]);
            ReadOnlySpan<byte> data = bytes[((int)at + 8)..];
            if (data.Length > length)
                data = data[..(int)length];
            if (size is null && name.SequenceEqual("VP8X"u8) && data.Length >= 10)
                size = new(1 + (data[4] | data[5] << 8 | data[6] << 16), 1 + (data[7] | data[8] << 8 | data[9] << 16));
            else if (size is null && name.SequenceEqual("VP8 "u8) && data.Length >= 10)
                size = LossySize(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]), BinaryPrimitives.ReadUInt16LittleEndian(data[8..]));
            else if (size is null && name.SequenceEqual("VP8L"u8) && data.Length >= 5)
                size = LosslessSize(BinaryPrimitives.ReadUInt32LittleEndian(data[1..]));
            else if (name.SequenceEqual("EXIF"u8))
                orientation = ExifOrientation(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
            at += 8L + length + (length & 1);
        }
        return size is { } known ? new(ImageFormat.WebP, known, orientation) : null;
    }

    // The upper two bits of each number ask for scaling after decoding, which nobody does.
    private static PixelSize LossySize(int width, int height) => new(width & 0x3FFF, height & 0x3FFF);

    private static PixelSize LosslessSize(uint bits) => new(1 + (int)(bits & 0x3FFF), 1 + (int)(bits >> 14 & 0x3FFF));

    private static ImageInfo? ReadBmp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 26)
            return null;
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]);
        if (header == 12)
        {
            return new(
                ImageFormat.Bmp,
                new(BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..])),
                1);
        }
        if (header < 40)
            throw new InvalidDataException($"the BMP file has an unknown header of {header} bytes");
        long height = BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]);
        return new(ImageFormat.Bmp, ToSize(BinaryPrimitives.ReadUInt32LittleEndian(bytes[18..]), Math.Abs(height)), 1);
    }

    private static PixelSize ToSize(long width, long height)
    {
        if (width > int.MaxValue || height > int.MaxValue)
            throw new InvalidDataException($"the header states an impossible size of {width}×{height} pixels");
        return new((int)width, (int)height);
    }

    // A TIFF file in small: byte order, 42, offset of the first directory, entries of 12 bytes (TIFF 6.0, section 2).
    private static int ExifOrientation(ReadOnlySpan<byte> tiff)
    {
        const int orientationTag = 0x0112;
        const int shortType = 3;
        bool little = tiff.StartsWith("II*\0"u8);
        if ((!little && !tiff.StartsWith("MM\0*"u8)) || tiff.Length < 8)
            return 1;
        uint start = Read32(tiff[4..], little);
        if (start > tiff.Length - 2)
            return 1;
        int entries = Read16(tiff[(int)start..], little);
        ReadOnlySpan<byte> directory = tiff[((int)start + 2)..];
        for (int i = 0; i < entries && directory.Length >= 12; i++, directory = directory[12..])
        {
            if (Read16(directory, little) != orientationTag)
                continue;
            int value = Read16(directory[8..], little);
            return Read16(directory[2..], little) == shortType && value is >= 1 and <= 8 ? value : 1;
        }
        return 1;
    }

    private static int Read16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static string Start(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> head = bytes[..Math.Min(bytes.Length, 16)];
        return head.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? $"the bytes {Convert.ToHexString(head)}"
            : $"the text \"{System.Text.Encoding.ASCII.GetString(head)}\"";
    }
}
