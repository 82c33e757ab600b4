using System.Globalization;
using Magma.Vision;

namespace Magma.Data;

public static partial class SetOfMark
{
    private const int OutlineThickness = 2;
    private const int PointRadius = 5;

    // Squared distances, from pixel centre to pixel centre, of a ring of outer radius 5 and width 3 as Pillow draws it: 2.5² to 5.5².
    private const int RingAbove = 6;
    private const int RingTo = 30;

    /// <summary>The colour of a box or point that was chosen, as the released UI demo shows it.</summary>
    public static Color HighlightColor => new(255, 127, 111);

    /// <summary>
    /// Draws marks onto a picture as the published data have them: all outlines first, then every label, filled red, with the number in
    /// white. Rectangles are those of Pillow: corners are truncated to whole pixels and both end pixels belong to them, so a box of width w
    /// covers w + 1 columns; outlines are 2 px wide and grow inwards. What lies outside the picture is left away.
    /// </summary>
    /// <param name="image">The picture, drawn upon in place.</param>
    /// <param name="marks">The marks, as <see cref="Place"/> gave them for a picture of this size.</param>
    /// <param name="sizes">The sizes that the marks were placed with; by default those of this picture.</param>
    /// <param name="withNumbers">False leaves the numbers out.</param>
    /// <exception cref="FileNotFoundException">The font of the numbers is not installed; the message has the command.</exception>
    public static void Draw(Image image, IReadOnlyList<Mark> marks, LabelSizes? sizes = null, bool withNumbers = true)
    {
        sizes ??= LabelSizes.For(image.Size, DigitMetrics.Arial);
        foreach (Mark mark in marks) image.DrawRectangle(Covered(mark.Box), Color.Red, OutlineThickness);
        foreach (Mark mark in marks)
        {
            image.FillRectangle(Covered(mark.Label), Color.Red);
            if (!withNumbers) continue;
            string number = mark.Number.ToString(CultureInfo.InvariantCulture);
            image.DrawText(number, new PixelPoint(mark.Label.X1, mark.Label.Y1), Font.Default, sizes.FontSize, Color.White);
        }
    }

    /// <summary>Shows a chosen box: its outline in <see cref="HighlightColor"/>, without a label.</summary>
    /// <param name="image">The picture, drawn upon in place.</param>
    /// <param name="box">The box, in pixels.</param>
    public static void DrawHighlight(Image image, PixelBox box) => image.DrawRectangle(Covered(box), HighlightColor, OutlineThickness);

    /// <summary>Shows a chosen point: a ring of radius 5 px and width 3 px in <see cref="HighlightColor"/>, without smoothing.</summary>
    /// <param name="image">The picture, drawn upon in place.</param>
    /// <param name="point">The point, in pixels; truncated to whole ones.</param>
    public static void DrawPoint(Image image, PixelPoint point)
    {
        int left = (int)(point.X - PointRadius), top = (int)(point.Y - PointRadius);
        Span<byte> pixels = image.Pixels;
        for (int y = Math.Max(top, 0); y <= Math.Min(top + (2 * PointRadius), image.Height - 1); y++)
        {
            for (int x = Math.Max(left, 0); x <= Math.Min(left + (2 * PointRadius), image.Width - 1); x++)
            {
                int across = x - left - PointRadius, down = y - top - PointRadius;
                if ((across * across) + (down * down) is not (> RingAbove and <= RingTo)) continue;
                int pixel = ((y * image.Width) + x) * Image.Channels;
                (pixels[pixel], pixels[pixel + 1], pixels[pixel + 2]) = (HighlightColor.R, HighlightColor.G, HighlightColor.B);
            }
        }
    }

    private static PixelBox Covered(PixelBox box) =>
        new(Math.Truncate(box.X1), Math.Truncate(box.Y1), Math.Truncate(box.X2) + 1, Math.Truncate(box.Y2) + 1);
}
