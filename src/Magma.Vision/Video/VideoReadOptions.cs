namespace Magma.Vision;

/// <summary>What the pixels of a frame are.</summary>
public enum FramePixels
{
    /// <summary>Three bytes a pixel: red, green, blue.</summary>
    Rgb = 3,

    /// <summary>One byte a pixel: brightness, 0 to 255.</summary>
    Gray = 1,
}

/// <summary>Which frames of a video are read, and how.</summary>
public sealed record VideoReadOptions
{
    /// <summary>The default settings: every frame, in colour, in its own size.</summary>
    public static VideoReadOptions Default { get; } = new();

    /// <summary>The size that frames are scaled to, in pixels; null for the video's own, upright size.</summary>
    public PixelSize? Size { get; init; }

    /// <summary>Colour or gray.</summary>
    public FramePixels Pixels { get; init; } = FramePixels.Rgb;

    /// <summary>Reading begins with the first frame at this time or later, counted from the start of the video; not negative.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>Reading ends before the first frame at <see cref="Start"/> plus this time or later; null to read to the end.</summary>
    public TimeSpan? Length { get; init; }

    /// <summary>
    /// Frames a second to be made, by leaving out and repeating frames; null for the frames as they are, at their own, possibly uneven
    /// times.
    /// </summary>
    public FrameRate? Rate { get; init; }

    /// <summary>Of the frames that would be read, the first of every so many is; at least 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The most pixels of a stored frame, against files made to exhaust memory.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    internal void Validate()
    {
        if (Size is { } size && (size.Width < 1 || size.Height < 1 || size.Area > MaxPixels))
            throw new ArgumentException($"frames cannot be scaled to {size} pixels");
        if (Step < 1 || Start < TimeSpan.Zero || Length < TimeSpan.Zero)
            throw new ArgumentException($"reading needs a step of at least 1 and no negative times, not {Step}, {Start} and {Length}");
        if (Rate is { } rate && (rate.Numerator < 1 || rate.Denominator < 1))
            throw new ArgumentException($"{rate} is no frame rate");
    }
}
