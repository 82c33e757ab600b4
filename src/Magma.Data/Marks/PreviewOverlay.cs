using Magma.Vision;

namespace Magma.Data;

/// <summary>Strengths of the lines and letters of a preview overlay.</summary>
/// <param name="TextScale">Scale of OpenCV's Hershey letters.</param>
/// <param name="TextThickness">Thickness of the letters' strokes, in pixels.</param>
/// <param name="TextPadding">Blank around the letters, in pixels.</param>
/// <param name="Thickness">Thickness of the boxes' lines, in pixels.</param>
public sealed record OverlayStyle(double TextScale, int TextThickness, int TextPadding, int Thickness)
{
    /// <summary>The style of the released UI demo, which grows with the width of the picture.</summary>
    /// <param name="imageWidth">Width of the picture, in pixels.</param>
    public static OverlayStyle For(int imageWidth)
    {
        double ratio = imageWidth / 3200.0;
        return new OverlayStyle(0.8 * ratio, Math.Max((int)(2 * ratio), 1), Math.Max((int)(3 * ratio), 1), Math.Max((int)(3 * ratio), 1));
    }
}

/// <summary>The label of one box of a preview overlay.</summary>
/// <param name="Label">The filled rectangle, in whole pixels.</param>
/// <param name="TextOrigin">Lower left corner of the number, in whole pixels.</param>
/// <param name="Text">Size of the number, in pixels.</param>
public readonly record struct OverlayLabel(PixelBox Label, PixelPoint TextOrigin, PixelSize Text);

/// <summary>
/// The coloured preview that the released UI demo shows of a parsed screen: where labels go and which colour they have. Training pictures
/// are drawn by <see cref="SetOfMark"/>, not by this.
/// </summary>
public static class PreviewOverlay
{
    private const double MostOverlap = 0.3;
    private const double BrightFrom = 160;

    // OpenCV's FONT_HERSHEY_SIMPLEX: digits are 20 units wide, letters reach 12 above and 9 below the line (drawing.cpp).
    private const int HersheyDigit = 20;
    private const int HersheyHeight = 21;

    /// <summary>
    /// The colours of the boxes in turn, as red, green, blue (Roboflow's default palette, as the preview package has it).
    /// </summary>
    public static IReadOnlyList<(byte Red, byte Green, byte Blue)> Palette { get; } =
    [
        (163, 81, 251), (255, 64, 64), (255, 161, 160), (255, 118, 51), (255, 182, 51), (209, 212, 53), (76, 251, 18), (148, 207, 26),
        (64, 222, 138), (27, 150, 64), (0, 214, 193), (46, 156, 170), (0, 196, 255), (54, 71, 151), (102, 117, 255), (0, 25, 239),
        (134, 58, 255), (83, 0, 135), (205, 58, 255), (255, 151, 202), (255, 57, 201),
    ];

    /// <summary>How bright a colour is, 0 to 255 (ITU-R BT.601 weights).</summary>
    public static double Luminance((byte Red, byte Green, byte Blue) color) =>
        (0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue);

    /// <summary>Whether text on a colour is black; otherwise it is white.</summary>
    public static bool TakesBlackText((byte Red, byte Green, byte Blue) color) => Luminance(color) > BrightFrom;

    /// <summary>The box that is drawn for an element: its edges in single precision, truncated to whole pixels.</summary>
    public static PixelBox BoxOf(PixelBox element) => new(
        Math.Truncate((float)element.X1), Math.Truncate((float)element.Y1), Math.Truncate((float)element.X2),
        Math.Truncate((float)element.Y2));

    /// <summary>The size of a number in Hershey letters, in pixels (<c>cv::getTextSize</c>).</summary>
    public static PixelSize Measure(int number, OverlayStyle style)
    {
        int digits = number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        return new PixelSize(
            (int)Math.Round((digits * HersheyDigit * style.TextScale) + style.TextThickness, MidpointRounding.ToEven),
            (int)Math.Round((HersheyHeight * style.TextScale) + ((style.TextThickness + 1) / 2), MidpointRounding.ToEven));
    }

    /// <summary>
    /// Places the label of one box: at its top left, left of it, right of it or at its top right, whichever first lies inside the picture
    /// and overlaps no box by more than 0.3 (the box itself counts too); the last place is taken when none is free.
    /// </summary>
    /// <param name="number">The number to be written.</param>
    /// <param name="boxes">All boxes, in whole pixels.</param>
    /// <param name="image">The size of the picture.</param>
    /// <param name="style">How large letters and blanks are.</param>
    public static OverlayLabel Place(int number, IReadOnlyList<PixelBox> boxes, PixelSize image, OverlayStyle style)
    {
        PixelBox box = boxes[number];
        PixelSize text = Measure(number, style);
        int padding = style.TextPadding;
        int width = text.Width + (2 * padding), height = text.Height + (2 * padding);
        OverlayLabel label = default;
        for (int place = 0; place < 4; place++)
        {
            (double left, double top, double textTop) = place switch
            {
                0 => (box.X1, box.Y1 - height, box.Y1 - padding),
                1 => (box.X1 - width, box.Y1, box.Y1 + padding + text.Height),
                2 => (box.X2, box.Y1, box.Y1 + padding + text.Height),
                _ => (box.X2 - width, box.Y1 - height, box.Y1 - padding),
            };
            PixelBox rectangle = PixelBox.FromXywh(left, top, width, height);
            label = new OverlayLabel(rectangle, new PixelPoint(left + padding, textTop), text);
            if (IsFree(rectangle, boxes, image)) break;
        }

        return label;
    }

    private static bool IsFree(PixelBox label, IReadOnlyList<PixelBox> boxes, PixelSize image) =>
        image.ToBox().Contains(label) && boxes.All(box => Overlap(label, box) <= MostOverlap);

    private static double Overlap(PixelBox one, PixelBox other)
    {
        double common = one.Intersect(other).Area;
        double most = common / (one.Area + other.Area - common + 1e-6);
        return one.Area > 0 && other.Area > 0 ? Math.Max(most, Math.Max(common / one.Area, common / other.Area)) : most;
    }
}
