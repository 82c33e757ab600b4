namespace Magma.Vision;

/// <summary>What decoding a picture allows and does.</summary>
public sealed record DecodeOptions
{
    /// <summary>The default settings.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>The most pixels that the header may state; checked before anything is decoded. A decoded pixel takes three bytes.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Whether the picture is turned upright as its EXIF orientation (1 to 8) says.</summary>
    public bool ApplyOrientation { get; init; } = true;
}
