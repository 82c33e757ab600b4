using Magma.Vision;

namespace Magma.Data;

/// <summary>What the size of a label depends on: the measures of a font's digits, which are all equally wide.</summary>
/// <remarks>
/// Labels have the size of the box from the text's origin to its lower right corner, so the blank above the digits counts. With hinted
/// digits that is the ascender rounded up by the advances rounded; compared with Pillow's <c>textbbox</c> at 20 to 33 px.
/// </remarks>
/// <param name="Advance">Advance of a digit, in font units.</param>
/// <param name="Ascender">Ascender of the font, in font units.</param>
/// <param name="UnitsPerEm">Font units in the font's size.</param>
public sealed record DigitMetrics(int Advance, int Ascender, int UnitsPerEm)
{
    /// <summary>Arial, and Liberation Sans, which has its measures (tables <c>hhea</c>, <c>hmtx</c>, <c>head</c>).</summary>
    public static DigitMetrics Arial { get; } = new(1139, 1854, 2048);

    /// <summary>DejaVu Sans 2.37 (same tables).</summary>
    public static DigitMetrics DejaVuSans { get; } = new(1303, 1901, 2048);

    /// <summary>The size of a label of some digits, in pixels.</summary>
    /// <param name="digits">How many digits.</param>
    /// <param name="fontSize">Size of the font, in pixels.</param>
    public PixelSize Measure(int digits, int fontSize) => new(
        (int)Math.Round((double)digits * Advance * fontSize / UnitsPerEm), (int)Math.Ceiling((double)Ascender * fontSize / UnitsPerEm));
}
