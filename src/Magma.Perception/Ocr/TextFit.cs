using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Moves the edges of a text box to the ink. The detector's boxes are grown from a blurred core and miss by up to a third of a line, which does not
/// hurt reading but shows in a mark.
/// </summary>
internal static class TextFit
{
    // A row or column whose brightness varies less than this is background or a rule.
    private const int Even = 36;

    // How far an edge may move outwards, in heights of the box.
    private const double Reach = 0.35;

    // A mark's outline is two pixels wide and drawn inwards.
    private const int Margin = 3;

    /// <summary>The box with its edges a little outside the ink; the same box where nothing stands out.</summary>
    public static PixelBox Fit(Image image, PixelBox box)
    {
        int x1 = Math.Max(0, (int)box.X1), x2 = Math.Min(image.Width, (int)box.X2);
        int y1 = Math.Max(0, (int)box.Y1), y2 = Math.Min(image.Height, (int)box.Y2);
        if (x2 - x1 < 4 || y2 - y1 < 4)
            return box;
        int reach = Math.Max(3, (int)(Reach * (y2 - y1)));
        ReadOnlySpan<byte> pixels = image.Pixels;
        int middle = (y1 + y2) / 2;
        if (!TryFindInkRow(pixels, image.Width, x1, x2, y1, y2, ref middle))
            return box;
        int top = middle, bottom = middle;
        while (top > Math.Max(0, y1 - reach) && RowVaries(pixels, image.Width, top - 1, x1, x2))
            top--;
        while (bottom + 1 < Math.Min(image.Height, y2 + reach) && RowVaries(pixels, image.Width, bottom + 1, x1, x2))
            bottom++;
        bottom++;
        // An i's dot or an accent stands apart; inside the detector's box it still belongs to the text.
        top = ExtendWithin(pixels, image.Width, x1, x2, top, y1, -1);
        bottom = ExtendWithin(pixels, image.Width, x1, x2, bottom - 1, y2 - 1, 1) + 1;
        if (bottom - top < 0.3 * (y2 - y1))
            return box;
        int left = x1, right = x2;
        while (left > Math.Max(0, x1 - reach) && ColumnVaries(pixels, image.Width, left - 1, top, bottom))
            left--;
        while (right < Math.Min(image.Width, x2 + reach) && ColumnVaries(pixels, image.Width, right, top, bottom))
            right++;
        while (left < right - 2 && !ColumnVaries(pixels, image.Width, left, top, bottom))
            left++;
        while (right > left + 2 && !ColumnVaries(pixels, image.Width, right - 1, top, bottom))
            right--;
        return new PixelBox(left - Margin, top - Margin, right + Margin, bottom + Margin).Clip(image.Size);
    }

    private static bool TryFindInkRow(ReadOnlySpan<byte> pixels, int width, int x1, int x2, int y1, int y2, ref int row)
    {
        for (int away = 0; away <= (y2 - y1) / 2; away++)
        {
            foreach (int y in (ReadOnlySpan<int>)[row - away, row + away])
            {
                if (y >= y1 && y < y2 && RowVaries(pixels, width, y, x1, x2))
                {
                    row = y;
                    return true;
                }
            }
        }
        return false;
    }

    private static int ExtendWithin(ReadOnlySpan<byte> pixels, int width, int x1, int x2, int from, int to, int step)
    {
        int reached = from;
        for (int y = from; step > 0 ? y <= to : y >= to; y += step)
        {
            if (RowVaries(pixels, width, y, x1, x2))
                reached = y;
        }
        return reached;
    }

    private static bool RowVaries(ReadOnlySpan<byte> pixels, int width, int y, int x1, int x2)
    {
        int low = 255, high = 0;
        for (int x = x1 + 1; x < x2 - 1; x++)
            Extend(pixels, (y * width + x) * Image.Channels, ref low, ref high);
        return high - low > Even;
    }

    private static bool ColumnVaries(ReadOnlySpan<byte> pixels, int width, int x, int y1, int y2)
    {
        int low = 255, high = 0;
        for (int y = y1; y < y2; y++)
            Extend(pixels, (y * width + x) * Image.Channels, ref low, ref high);
        return high - low > Even;
    }

    private static void Extend(ReadOnlySpan<byte> pixels, int at, ref int low, ref int high)
    {
        int value = (pixels[at] + 2 * pixels[at + 1] + pixels[at + 2]) / 4;
        (low, high) = (Math.Min(low, value), Math.Max(high, value));
    }
}
