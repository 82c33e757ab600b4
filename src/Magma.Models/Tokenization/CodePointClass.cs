using System.Globalization;
using System.Text;

namespace Magma.Models.Tokenization;

/// <summary>What the pre-tokenizer patterns ask of a code point: <c>\p{L}</c>, <c>\p{N}</c>, <c>\s</c>, line ends.</summary>
internal enum CodePointClass : byte
{
    /// <summary>Neither letter, number nor white space.</summary>
    Other,

    /// <summary><c>\p{L}</c>.</summary>
    Letter,

    /// <summary><c>\p{N}</c>: Nd, Nl and No.</summary>
    Number,

    /// <summary>U+000A or U+000D.</summary>
    LineEnd,

    /// <summary>U+0020.</summary>
    Space,

    /// <summary>White_Space other than the three above.</summary>
    Blank,
}

/// <summary>Reads code points and their classes from UTF-8 text that is known to be well formed.</summary>
internal static class CodePoints
{
    // The supplementary planes are rare: only the basic plane is tabled (64 KB).
    private static readonly CodePointClass[] BasicPlane = BuildBasicPlane();

    /// <summary>The class of the code point that starts at <paramref name="position"/> and its length in bytes.</summary>
    public static CodePointClass Read(ReadOnlySpan<byte> text, int position, out int length)
    {
        byte first = text[position];
        if (first < 0x80)
        {
            length = 1;
            return BasicPlane[first];
        }

        Rune.DecodeFromUtf8(text[position..], out Rune rune, out length);
        return rune.IsBmp ? BasicPlane[rune.Value] : Classify(rune.Value);
    }

    private static CodePointClass[] BuildBasicPlane()
    {
        var table = new CodePointClass[0x10000];
        for (int point = 0; point < table.Length; point++) table[point] = Classify(point);
        return table;
    }

    private static CodePointClass Classify(int point)
    {
        switch (point)
        {
            case '\n' or '\r': return CodePointClass.LineEnd;
            case ' ': return CodePointClass.Space;
            // The Unicode White_Space set, which is not .NET's char.IsWhiteSpace nor Python's str.isspace at U+001C..U+001F.
            case (>= 0x09 and <= 0x0D) or 0x85 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000:
                return CodePointClass.Blank;
        }

        return CharUnicodeInfo.GetUnicodeCategory(point) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CodePointClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CodePointClass.Number,
            _ => CodePointClass.Other,
        };
    }
}
