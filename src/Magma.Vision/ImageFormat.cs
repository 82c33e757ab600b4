namespace Magma.Vision;

/// <summary>The file formats that pictures are read from and written to.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics, lossless (ISO/IEC 15948).</summary>
    Png = 0,

    /// <summary>JPEG, lossy (ISO/IEC 10918-1).</summary>
    Jpeg = 1,

    /// <summary>WebP, lossy or lossless (RFC 9649).</summary>
    WebP = 2,

    /// <summary>Windows bitmap, uncompressed.</summary>
    Bmp = 3,
}

/// <summary>File names of <see cref="ImageFormat"/>.</summary>
public static class ImageFormats
{
    /// <summary>The usual file extension with its dot: <c>.png</c>, <c>.jpg</c>, <c>.webp</c>, <c>.bmp</c>.</summary>
    public static string Extension(this ImageFormat format) => format switch
    {
        ImageFormat.Png => ".png",
        ImageFormat.Jpeg => ".jpg",
        ImageFormat.WebP => ".webp",
        ImageFormat.Bmp => ".bmp",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown image format"),
    };

    /// <summary>The format that a file name asks for, by its extension, upper or lower case.</summary>
    /// <exception cref="ArgumentException">The extension is none of .png, .jpg, .jpeg, .webp and .bmp.</exception>
    public static ImageFormat FromPath(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageFormat.Png,
        ".jpg" or ".jpeg" => ImageFormat.Jpeg,
        ".webp" => ImageFormat.WebP,
        ".bmp" => ImageFormat.Bmp,
        _ => throw new ArgumentException($"{path}: the name of a picture must end in .png, .jpg, .jpeg, .webp or .bmp", nameof(path)),
    };
}
