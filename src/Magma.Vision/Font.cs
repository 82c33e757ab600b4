using System.Text;
using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>
/// A TrueType or OpenType font, rendered by FreeType with hinting. Text runs left to right, one glyph a code point, with the font's kerning
/// pairs; scripts that need shaping are not shaped. Safe for use from several threads at once.
/// </summary>
public sealed class Font : IDisposable
{
    private const string DefaultPath = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf";

    private static readonly Lazy<Font> Shared = new(() => File.Exists(DefaultPath)
        ? new Font(DefaultPath)
        : throw new FileNotFoundException($"{DefaultPath} is missing; as administrator: apt-get install fonts-liberation"));

    private readonly FontHandle _handle;

    /// <summary>Opens a font file.</summary>
    /// <param name="path">A .ttf or .otf file, or a collection, of which the first font is taken.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no scalable font.</exception>
    public Font(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such font file", path);
        VisionNative.Check(VisionNative.FontOpen(path, out _handle), $"{path}");
        Path = path;
    }

    /// <summary>
    /// Liberation Sans, which has the widths of Arial, in which the released marks were drawn. One for the process, never disposed of.
    /// </summary>
    /// <exception cref="FileNotFoundException">The Debian package fonts-liberation is not installed.</exception>
    public static Font Default => Shared.Value;

    /// <summary>The font file.</summary>
    public string Path { get; }

    internal FontHandle Handle => _handle;

    /// <summary>Pixels from the top of a line to its base line.</summary>
    /// <param name="size">Pixels per em, 1 to 4096.</param>
    /// <exception cref="ArgumentException">The size is out of range.</exception>
    public int Ascent(int size) => Line(size).Ascent;

    /// <summary>Pixels from the top of a line to its bottom: ascent and descent.</summary>
    /// <param name="size">Pixels per em, 1 to 4096.</param>
    /// <exception cref="ArgumentException">The size is out of range.</exception>
    public int LineHeight(int size)
    {
        var (ascent, descent) = Line(size);
        return ascent + descent;
    }

    /// <summary>
    /// The room that a text takes from the start of the pen at the top of the line: to the right as far as the pen or the ink goes,
    /// downwards as far as the ink goes. Equals right and bottom of Pillow's <c>textbbox((0, 0), text)</c>.
    /// </summary>
    /// <param name="text">One line.</param>
    /// <param name="size">Pixels per em, 1 to 4096.</param>
    /// <returns>Width and height in pixels; (0, 0) for an empty text.</returns>
    /// <exception cref="ArgumentException">The size is out of range.</exception>
    public PixelSize Measure(string text, int size)
    {
        Span<int> ink = stackalloc int[4];
        ReadOnlySpan<uint> utf32 = CodePoints(text);
        VisionNative.Check(
            VisionNative.FontMeasure(_handle, size, utf32, utf32.Length, out int advance, ink),
            $"measuring {text.Length} characters in size {size}");
        return text.Length == 0 ? default : new(Math.Max(advance + 32 >> 6, ink[2]), Math.Max(0, Ascent(size) + ink[3]));
    }

    /// <summary>Closes the font.</summary>
    public void Dispose() => _handle.Dispose();

    internal static uint[] CodePoints(string text)
    {
        var points = new List<uint>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            points.Add((uint)rune.Value);
        return [.. points];
    }

    private (int Ascent, int Descent) Line(int size)
    {
        VisionNative.Check(VisionNative.FontLine(_handle, size, out int ascent, out int descent), $"measuring a line in size {size}");
        return (ascent, descent);
    }
}
