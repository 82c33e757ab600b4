namespace Magma.Vision;

/// <summary>An opaque sRGB colour, 0 to 255 a channel.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct Color(byte R, byte G, byte B)
{
    /// <summary>(0, 0, 0).</summary>
    public static Color Black => new(0, 0, 0);

    /// <summary>(255, 255, 255).</summary>
    public static Color White => new(255, 255, 255);

    /// <summary>(255, 0, 0), the colour of the published marks.</summary>
    public static Color Red => new(255, 0, 0);

    internal uint Packed => (uint)(R << 16 | G << 8 | B);

    /// <summary><c>#rrggbb</c>, as CSS writes it.</summary>
    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";
}
