using Magma.Vision;

namespace Magma.Browser;

/// <summary>What a page is shown on: the window's inner size, the density of its pixels, the colour scheme.</summary>
/// <param name="Viewport">Inner size of the window, in CSS pixels; each side from 1 to 16384.</param>
/// <param name="DeviceScale">Screenshot pixels per CSS pixel, above 0 and at most 8.</param>
/// <param name="Dark">Whether the page is told that the user prefers a dark colour scheme.</param>
public sealed record PageView(PixelSize Viewport, double DeviceScale = 1, bool Dark = false)
{
    /// <summary>A desktop window of 1280×900 CSS pixels, one screenshot pixel each, light.</summary>
    public static PageView Desktop { get; } = new(new PixelSize(1280, 900));

    internal void Validate()
    {
        if (Viewport.Width is < 1 or > 16384 || Viewport.Height is < 1 or > 16384)
            throw new ArgumentException($"The viewport {Viewport} is out of range: each side must be 1 to 16384 CSS pixels.");
        if (!(DeviceScale is > 0 and <= 8))
            throw new ArgumentException($"The device scale {DeviceScale} is out of range: it must be above 0 and at most 8.");
    }
}
