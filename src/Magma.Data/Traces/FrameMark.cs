using System.Globalization;
using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// A numbered mark on a video frame: a red disc around the point with the number in white, drawn as the reference draws it with Pillow.
/// </summary>
/// <param name="Number">The number.</param>
/// <param name="Disc">The corner pixels of the disc's square, both included; fractions are cut off when it is drawn.</param>
/// <param name="TextAt">Where the number's top left corner is put, in pixels.</param>
public readonly record struct FrameMark(int Number, PixelBox Disc, PixelPoint TextAt)
{
    private static readonly Color Red = new(255, 0, 0);
    private static readonly Color White = new(255, 255, 255);

    /// <summary>The first font size, counted up from 1, at which "55" is at least a share of the picture's width wide and high.</summary>
    /// <param name="font">The font.</param>
    /// <param name="imageWidth">Columns of the picture.</param>
    /// <param name="share"><see cref="TraceSettings.MarkSize"/>.</param>
    public static int FontSize(Font font, int imageWidth, double share)
    {
        ArgumentNullException.ThrowIfNull(font);
        int size = 1;
        for (; size < 4096; size++)
        {
            PixelSize digits = font.Measure("55", size);
            if (Math.Min(digits.Width, digits.Height) >= share * imageWidth) break;
        }

        return size;
    }

    /// <summary>Where the disc and the digits of a mark go.</summary>
    /// <param name="number">The number.</param>
    /// <param name="at">The marked point, in pixels.</param>
    /// <param name="digits">How much room the digits take, in pixels.</param>
    public static FrameMark Place(int number, TracePoint at, PixelSize digits)
    {
        int radius = Math.Max(digits.Width, digits.Height) / 2 + 1;
        return new FrameMark(
            number,
            new PixelBox(at.X - radius, at.Y - radius, at.X + radius, at.Y + radius),
            new PixelPoint(at.X - digits.Width / 2, at.Y - digits.Height / 2 - 3));
    }

    /// <summary>Draws marks onto a frame, in the order given: a later mark covers an earlier one.</summary>
    public static void Draw(Image frame, IEnumerable<TraceMark> marks, Font font, TraceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(marks);
        ArgumentNullException.ThrowIfNull(font);
        ArgumentNullException.ThrowIfNull(settings);
        int size = FontSize(font, frame.Width, settings.MarkSize);
        foreach (TraceMark mark in marks)
        {
            string digits = mark.Number.ToString(CultureInfo.InvariantCulture);
            FrameMark placed = Place(mark.Number, mark.Start, font.Measure(digits, size));
            placed.DrawDisc(frame);
            frame.DrawText(digits, placed.TextAt, font, size, White);
        }
    }

    /// <summary>Fills the disc.</summary>
    public void DrawDisc(Image frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        int left = (int)Disc.X1, top = (int)Disc.Y1, width = (int)Disc.X2 - left, height = (int)Disc.Y2 - top;
        foreach ((int row, int inset) in Rows(width, height))
        {
            frame.FillRectangle(new PixelBox(left + inset, top + row, left + width - inset + 1, top + row + 1), Red);
        }
    }

    // Pillow's ellipse: from the right end of the middle row the outline climbs in steps of one pixel to whichever of the three next pixels
    // lies nearest to the true curve. Counted in half pixels from the centre, so that even and odd sizes are the same; the rows are
    // symmetric.
    private static IEnumerable<(int Row, int Inset)> Rows(int width, int height)
    {
        long x = width, y = height % 2;
        long Error(long px, long py) =>
            Math.Abs((long)width * width * py * py + (long)height * height * px * px - (long)width * width * height * height);
        while (true)
        {
            int inset = (int)((width - x) / 2);
            yield return ((int)((height - y) / 2), inset);
            if (y > 0) yield return ((int)((height + y) / 2), inset);
            long row = y;
            while (y == row)
            {
                if (x == width % 2 && y == height) yield break;
                (long nextX, long nextY) = (x, y + 2);
                if (x > 1)
                {
                    if (Error(x - 2, y + 2) < Error(nextX, nextY)) (nextX, nextY) = (x - 2, y + 2);
                    if (Error(x - 2, y) < Error(nextX, nextY)) (nextX, nextY) = (x - 2, y);
                }

                (x, y) = (nextX, nextY);
            }
        }
    }
}
