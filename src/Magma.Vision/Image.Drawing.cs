using Magma.Vision.Native;

namespace Magma.Vision;

public sealed partial class Image
{
    private const int SubPixels = 16;

    /// <summary>Draws an outline whose outer edge is the box; it grows inwards. What lies outside the picture is left away.</summary>
    /// <param name="box">Pixels; edges are rounded to whole pixels. The columns from X1 up to, not including, X2 are covered.</param>
    /// <param name="color">The colour.</param>
    /// <param name="thickness">Width of the line in pixels, at least 1.</param>
    /// <exception cref="ArgumentException">The thickness is below 1 or a coordinate is not a number.</exception>
    public void DrawRectangle(PixelBox box, Color color, int thickness = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(thickness, 1);
        var (x1, y1, x2, y2) = Edges(box);
        VisionNative.Check(VisionNative.DrawRectangle(_handle, x1, y1, x2, y2, color.Packed, thickness), $"drawing {box} on {Size} pixels");
    }

    /// <summary>Fills a box, or tints it. What lies outside the picture is left away.</summary>
    /// <param name="box">Pixels; edges are rounded to whole pixels. The columns from X1 up to, not including, X2 are covered.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">1 covers what was there, 0 leaves it.</param>
    /// <exception cref="ArgumentException">The opacity is not from 0 to 1 or a coordinate is not a number.</exception>
    public void FillRectangle(PixelBox box, Color color, double opacity = 1)
    {
        if (!(opacity is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "an opacity is from 0 to 1");
        var (x1, y1, x2, y2) = Edges(box);
        VisionNative.Check(VisionNative.FillRectangle(_handle, x1, y1, x2, y2, color.Packed, opacity), $"filling {box} on {Size} pixels");
    }

    /// <summary>Draws a circle with smooth edges.</summary>
    /// <param name="center">Pixels, with fractions.</param>
    /// <param name="radius">Pixels, to the middle of the line; at least 0.</param>
    /// <param name="color">The colour.</param>
    /// <param name="thickness">Width of the line in pixels, at least 1.</param>
    /// <exception cref="ArgumentException">The thickness or radius is out of range or a coordinate is not a number.</exception>
    public void DrawCircle(PixelPoint center, double radius, Color color, int thickness = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(thickness, 1);
        Circle(center, radius, color, thickness);
    }

    /// <summary>Fills a circle with smooth edges.</summary>
    /// <param name="center">Pixels, with fractions.</param>
    /// <param name="radius">Pixels, at least 0.</param>
    /// <param name="color">The colour.</param>
    /// <exception cref="ArgumentException">The radius is negative or a coordinate is not a number.</exception>
    public void FillCircle(PixelPoint center, double radius, Color color) => Circle(center, radius, color, thickness: -1);

    /// <summary>Draws a line with smooth edges.</summary>
    /// <param name="from">Pixels, with fractions.</param>
    /// <param name="to">Pixels, with fractions.</param>
    /// <param name="color">The colour.</param>
    /// <param name="thickness">Width of the line in pixels, 1 to 32767.</param>
    /// <exception cref="ArgumentException">The thickness is out of range or a coordinate is not a number.</exception>
    public void DrawLine(PixelPoint from, PixelPoint to, Color color, int thickness = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(thickness, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(thickness, short.MaxValue);
        VisionNative.Check(
            VisionNative.DrawLine(_handle, SubPixel(from.X), SubPixel(from.Y), SubPixel(to.X), SubPixel(to.Y), color.Packed, thickness),
            $"drawing a line from {from} to {to} on {Size} pixels");
    }

    /// <summary>Draws one line of text, left to right, with smooth edges.</summary>
    /// <param name="text">The text; characters that the font has not are drawn as its "missing" sign.</param>
    /// <param name="topLeft">
    /// Where the pen starts, and the top of the line: the base line lies <see cref="Font.Ascent"/> below. Rounded to whole pixels. A text
    /// of one line thus stands as Pillow draws it with its default anchor.
    /// </param>
    /// <param name="font">The font.</param>
    /// <param name="size">Font size in pixels per em, 1 to 4096.</param>
    /// <param name="color">The colour.</param>
    /// <exception cref="ArgumentException">The size is out of range or a coordinate is not a number.</exception>
    public void DrawText(string text, PixelPoint topLeft, Font font, int size, Color color)
    {
        ReadOnlySpan<uint> utf32 = Font.CodePoints(text);
        VisionNative.Check(
            VisionNative.DrawText(
                _handle, font.Handle, size, utf32, utf32.Length, Round(topLeft.X), Round(topLeft.Y) + font.Ascent(size), color.Packed),
            $"drawing {text.Length} characters in size {size} at {topLeft} on {Size} pixels");
    }

    private void Circle(PixelPoint center, double radius, Color color, int thickness)
    {
        if (!(radius >= 0))
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "a radius is at least 0");
        VisionNative.Check(
            VisionNative.DrawCircle(_handle, SubPixel(center.X), SubPixel(center.Y), Round(radius, SubPixels), color.Packed, thickness),
            $"drawing a circle of radius {radius} at {center} on {Size} pixels");
    }

    // OpenCV counts from the middle of the first pixel, this library from its corner.
    private static int SubPixel(double value) => Round(value - 0.5, SubPixels);
}
