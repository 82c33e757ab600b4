using Magma.Vision.Native;

namespace Magma.Vision;

public sealed partial class Image
{
    private const long MaxFileBytes = 1L << 30;

    /// <summary>Decodes a PNG, JPEG, WebP or BMP file; the format is told by the bytes, not by the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Pixel limit and orientation; null for the defaults.</param>
    /// <returns>The picture in RGB: transparency is dropped, gray and palettes are spread out, 16 bits become 8.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is no picture, broken, cut off, or larger than the limits.</exception>
    public static Image Load(string path, DecodeOptions? options = null)
    {
        long length = new FileInfo(path).Length;
        if (length > MaxFileBytes)
            throw new InvalidDataException($"{path}: a picture file of {length} bytes is over the limit of {MaxFileBytes}");
        try
        {
            return Decode(File.ReadAllBytes(path), options);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Decodes a PNG, JPEG, WebP or BMP file in memory.</summary>
    /// <param name="bytes">The whole file; bytes after its end are ignored.</param>
    /// <param name="options">Pixel limit and orientation; null for the defaults.</param>
    /// <returns>The picture in RGB: transparency is dropped, gray and palettes are spread out, 16 bits become 8.</returns>
    /// <exception cref="InvalidDataException">The bytes are no picture, broken, cut off, or state more pixels than the limit.</exception>
    public static Image Decode(ReadOnlySpan<byte> bytes, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        ImageInfo info = ImageInfo.Read(bytes);
        long most = Math.Min(options.MaxPixels, int.MaxValue / Channels);
        if (info.Size.Area > most)
        {
            throw new InvalidDataException(
                $"the {info.Format} header states {info.Size} pixels ({info.Size.Area} in all), over the limit of {most}; "
                + $"a trusted file is read with a higher {nameof(DecodeOptions)}.{nameof(DecodeOptions.MaxPixels)}");
        }
        VisionNative.Check(
            VisionNative.ImageDecode(info.Format, bytes, bytes.Length, info.Size.Width, info.Size.Height, out ImageHandle handle),
            $"decoding {info.Format} of {info.Size} pixels from {bytes.Length} bytes");
        var stored = new Image(handle);
        if (!options.ApplyOrientation || info.Orientation == 1)
            return stored;
        using (stored)
            return stored.Orient(info.Orientation);
    }

    /// <summary>Encodes the picture. The same picture and settings give the same bytes.</summary>
    /// <param name="format">The file format.</param>
    /// <param name="quality">1 to 100; for JPEG and WebP only, where 100 makes WebP lossless.</param>
    /// <exception cref="ArgumentException">
    /// The quality is not from 1 to 100, or the format cannot hold the picture: JPEG ends at 65,500 pixels a side, WebP at 16,383.
    /// </exception>
    public unsafe byte[] Encode(ImageFormat format, int quality = 90)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        int longest = format switch { ImageFormat.Jpeg => 65_500, ImageFormat.WebP => 16_383, _ => int.MaxValue };
        if (Width > longest || Height > longest)
            throw new ArgumentException($"{format} holds pictures of up to {longest} pixels a side, not of {Size}", nameof(format));
        VisionNative.Check(
            VisionNative.ImageEncode(_handle, format, quality, out BufferHandle buffer),
            $"encoding a picture of {Size} pixels as {format}");
        using (buffer)
        {
            VisionNative.Check(VisionNative.BufferBytes(buffer, out nint bytes, out long length), $"reading encoded bytes");
            return new ReadOnlySpan<byte>((void*)bytes, checked((int)length)).ToArray();
        }
    }

    /// <summary>Writes the picture to a file, in the format that the extension asks for. The file appears whole or not at all.</summary>
    /// <param name="path">Ends in .png, .jpg, .jpeg, .webp or .bmp; an existing file is replaced.</param>
    /// <param name="quality">1 to 100; for JPEG and WebP only, where 100 makes WebP lossless.</param>
    /// <exception cref="ArgumentException">The extension is unknown, or the quality out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path, int quality = 90)
    {
        byte[] bytes = Encode(ImageFormats.FromPath(path), quality);
        string temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
