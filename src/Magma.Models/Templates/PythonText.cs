using System.Globalization;
using System.Text;

namespace Magma.Models.Templates;

/// <summary>Text as Python prints, quotes, strips and slices it: chat templates are written against Python's rules.</summary>
internal static class PythonText
{
    /// <summary>What <c>str.strip</c> takes away: <c>str.isspace</c>, which holds U+001C–001F.</summary>
    public static readonly char[] Blanks =
    [
        '\t', '\n', '\v', '\f', '\r', '\x1c', '\x1d', '\x1e', '\x1f', ' ', '\x85', '\xa0', '\u1680', '\u2000', '\u2001', '\u2002', '\u2003',
        '\u2004', '\u2005', '\u2006', '\u2007', '\u2008', '\u2009', '\u200a', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000',
    ];

    public static bool IsBlank(char character) => Array.IndexOf(Blanks, character) >= 0;

    /// <summary><c>str(value)</c>.</summary>
    public static string Print(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Quote(value),
    };

    /// <summary><c>repr(value)</c>.</summary>
    public static string Quote(object? value)
    {
        var output = new StringBuilder();
        Quote(value, output, depth: 0);
        return output.ToString();
    }

    public static string Number(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        string digits = value.ToString("E16", CultureInfo.InvariantCulture);
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = value == 0
            ? 0
            : int.Parse(digits.AsSpan(digits.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 16)
        {
            string plain = shortest.Contains('E', StringComparison.Ordinal)
                ? decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
                : shortest;
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }

        int mark = shortest.IndexOf('E');
        string mantissa = mark >= 0 ? shortest[..mark] : Mantissa(shortest);
        return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary>Code points of a text as texts: Python counts and slices so.</summary>
    public static List<string> CodePoints(string text)
    {
        var points = new List<string>(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            bool pair = char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);
            points.Add(text.Substring(index, pair ? 2 : 1));
            if (pair) index++;
        }

        return points;
    }

    public static int Length(string text)
    {
        int length = text.Length;
        for (int index = 0; index + 1 < text.Length; index++)
        {
            if (!char.IsSurrogatePair(text[index], text[index + 1])) continue;
            length--;
            index++;
        }

        return length;
    }

    public static string Title(string text, bool firstOnly)
    {
        var output = new StringBuilder(text.Length);
        bool inside = false;
        foreach (char character in text)
        {
            output.Append(inside ? char.ToLowerInvariant(character) : char.ToUpperInvariant(character));
            inside = firstOnly || char.IsLetter(character);
        }

        return output.ToString();
    }

    public static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    private static void Quote(object? value, StringBuilder output, int depth)
    {
        if (depth > 100 || output.Length > TemplateRun.MaxText)
            throw TemplateException.Runtime("a value is nested too deep or is too large to print");
        switch (value)
        {
            case null: output.Append("None"); break;
            case bool flag: output.Append(flag ? "True" : "False"); break;
            case long number: output.Append(number.ToString(CultureInfo.InvariantCulture)); break;
            case double number: output.Append(Number(number)); break;
            case string text: QuoteText(text, output); break;
            case Undefined: output.Append("Undefined"); break;
            case TemplateTuple tuple: QuoteRow(tuple.Items, '(', tuple.Items.Count == 1 ? ",)" : ")", output, depth); break;
            case List<object?> list: QuoteRow(list, '[', "]", output, depth); break;
            case TemplateMap map:
                output.Append('{');
                string separator = "";
                foreach ((object? key, object? item) in map.Entries)
                {
                    output.Append(separator);
                    Quote(key, output, depth + 1);
                    output.Append(": ");
                    Quote(item, output, depth + 1);
                    separator = ", ";
                }

                output.Append('}');
                break;
            default: output.Append('<').Append(Values.TypeName(value)).Append('>'); break;
        }
    }

    private static void QuoteRow(List<object?> items, char open, string close, StringBuilder output, int depth)
    {
        output.Append(open);
        for (int index = 0; index < items.Count; index++)
        {
            if (index > 0) output.Append(", ");
            Quote(items[index], output, depth + 1);
        }

        output.Append(close);
    }

    private static void QuoteText(string text, StringBuilder output)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        output.Append(quote);
        foreach (char character in text)
        {
            switch (character)
            {
                case '\n': output.Append("\\n"); break;
                case '\r': output.Append("\\r"); break;
                case '\t': output.Append("\\t"); break;
                case '\\': output.Append("\\\\"); break;
                case var other when other == quote: output.Append('\\').Append(other); break;
                case < ' ' or (>= '\x7f' and <= '\xa0') or '\xad':
                    output.Append("\\x").Append(((int)character).ToString("x2", CultureInfo.InvariantCulture));
                    break;
                default:
                    bool printable = char.GetUnicodeCategory(character) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
                        && (character == ' ' || char.GetUnicodeCategory(character) != UnicodeCategory.SpaceSeparator);
                    if (printable) output.Append(character);
                    else output.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                    break;
            }
        }

        output.Append(quote);
    }

    private static string Mantissa(string plain)
    {
        bool negative = plain.StartsWith('-');
        string digits = plain.Trim('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return (negative ? "-" : "") + digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "");
    }
}
