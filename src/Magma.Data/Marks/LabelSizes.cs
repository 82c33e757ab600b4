using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// How large mark labels are on a picture: the size of the text "5", "55" or "555", whatever the number's own digits are.
/// </summary>
/// <param name="FontSize">Size of the font in pixels, as given to a TrueType renderer.</param>
/// <param name="One">Label of a number of one digit, in pixels.</param>
/// <param name="Two">Label of a number of two digits, in pixels.</param>
/// <param name="Three">Label of a number of three digits or more, in pixels.</param>
public sealed record LabelSizes(int FontSize, PixelSize One, PixelSize Two, PixelSize Three)
{
    private const int SmallestFont = 20;
    private const double TallestLabel = 30;
    private const double ShareOfImage = 0.04;

    /// <summary>
    /// The font rule of the released UI code: from 20 px on, grow while the lesser side of the text "555" is below 30 px and below 4 % of
    /// the picture's lesser side.
    /// </summary>
    /// <param name="image">The size of the picture.</param>
    /// <param name="metrics">The font; the reference draws in Arial.</param>
    public static LabelSizes For(PixelSize image, DigitMetrics metrics)
    {
        double enough = Math.Min(TallestLabel, ShareOfImage * Math.Min(image.Width, image.Height));
        int fontSize = SmallestFont;
        while (Math.Min(metrics.Measure(3, fontSize).Width, metrics.Measure(3, fontSize).Height) < enough) fontSize++;
        return new LabelSizes(fontSize, metrics.Measure(1, fontSize), metrics.Measure(2, fontSize), metrics.Measure(3, fontSize));
    }

    /// <summary>The label of a mark number, in pixels.</summary>
    public PixelSize Of(int number) => number switch
    {
        < 10 => One,
        < 100 => Two,
        _ => Three,
    };
}
