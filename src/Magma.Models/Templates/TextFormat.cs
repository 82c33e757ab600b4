using System.Globalization;
using System.Text;

namespace Magma.Models.Templates;

/// <summary>Python's text formatting as far as templates use it: <c>%</c>, <c>str.format</c>, <c>strftime</c>.</summary>
internal static class TextFormat
{
    private const int MaxWidth = 10_000;

    public static string Convert(object? value, string width, char kind)
    {
        int dot = width.IndexOf('.');
        int? precision = dot < 0 ? null : Number(width[(dot + 1)..]);
        return kind switch
        {
            's' => precision is { } length && length < PythonText.Print(value).Length ? PythonText.Print(value)[..length] : PythonText.Print(value),
            'r' => PythonText.Quote(value),
            'd' or 'i' when Values.TryNumber(value, out double number) => ((long)Math.Truncate(number))
                .ToString(CultureInfo.InvariantCulture),
            'f' when Values.TryNumber(value, out double number) => number.ToString(
                "F" + Math.Min(precision ?? 6, 99), CultureInfo.InvariantCulture),
            'x' when Values.TryInteger(value, out long number) => number.ToString("x", CultureInfo.InvariantCulture),
            _ => throw TemplateException.Runtime($"unsupported format '%{width}{kind}' of a value of type {Values.TypeName(value)}"),
        };
    }

    public static string Pad(string text, string width, bool alignLeft)
    {
        int dot = width.IndexOf('.');
        string digits = dot < 0 ? width : width[..dot];
        if (digits.Length == 0) return text;
        char fill = digits[0] == '0' && digits.Length > 1 ? '0' : ' ';
        return alignLeft ? text.PadRight(Number(digits), fill) : text.PadLeft(Number(digits), fill);
    }

    /// <summary><c>text.format(…)</c>: fields by position or name, with alignment, width and precision.</summary>
    public static string Format(string format, List<object?> positional, Dictionary<string, object?> named)
    {
        var output = new StringBuilder();
        int automatic = 0;
        for (int index = 0; index < format.Length; index++)
        {
            char character = format[index];
            if (character is '{' or '}' && index + 1 < format.Length && format[index + 1] == character)
            {
                output.Append(character);
                index++;
                continue;
            }

            if (character != '{')
            {
                output.Append(character);
                continue;
            }

            int end = format.IndexOf('}', index);
            if (end < 0) throw TemplateException.Runtime("expected '}' before end of string");
            string field = format[(index + 1)..end];
            int colon = field.IndexOf(':');
            string name = colon < 0 ? field : field[..colon], spec = colon < 0 ? "" : field[(colon + 1)..];
            if (name.Length == 0) name = (automatic++).ToString(CultureInfo.InvariantCulture);
            object? value;
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int position))
            {
                if (position >= positional.Count)
                    throw TemplateException.Runtime("Replacement index out of range for positional args tuple");
                value = positional[position];
            }
            else if (!named.TryGetValue(name, out value))
            {
                throw TemplateException.Runtime($"format has no value named '{name}'");
            }

            output.Append(Align(value, spec));
            TemplateRun.Check(output);
            index = end;
        }

        return output.ToString();
    }

    /// <summary>A time in the codes of C's strftime, in English.</summary>
    public static string Time(DateTime time, string format)
    {
        var output = new StringBuilder();
        for (int index = 0; index < format.Length; index++)
        {
            if (format[index] != '%' || index + 1 >= format.Length)
            {
                output.Append(format[index]);
                continue;
            }

            bool unpadded = format[index + 1] == '-' && index + 2 < format.Length;
            char code = format[index += unpadded ? 2 : 1];
            string part = code switch
            {
                'd' => Text("dd"),
                'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
                'm' => Text("MM"),
                'y' => Text("yy"),
                'Y' => Text("yyyy"),
                'H' => Text("HH"),
                'I' => Text("hh"),
                'M' => Text("mm"),
                'S' => Text("ss"),
                'p' => Text("tt"),
                'b' or 'h' => Text("MMM"),
                'B' => Text("MMMM"),
                'a' => Text("ddd"),
                'A' => Text("dddd"),
                'f' => Text("ffffff"),
                'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
                'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
                'F' => Text("yyyy-MM-dd"),
                'T' => Text("HH:mm:ss"),
                'D' => Text("MM/dd/yy"),
                'Z' or 'z' => "",
                '%' => "%",
                _ => throw TemplateException.Runtime($"strftime_now does not know %{code}"),
            };
            output.Append(unpadded && part.Length > 1 ? part.TrimStart('0') : part);
        }

        return output.ToString();

        // A format of one letter would be taken for a standard format.
        string Text(string pattern) => time.ToString(pattern, CultureInfo.InvariantCulture);
    }

    private static string Align(object? value, string spec)
    {
        if (spec.Length == 0) return PythonText.Print(value);
        char fill = ' ', align = value is string ? '<' : '>';
        if (spec.Length > 1 && spec[1] is '<' or '>' or '^')
        {
            (fill, align) = (spec[0], spec[1]);
            spec = spec[2..];
        }
        else if (spec[0] is '<' or '>' or '^')
        {
            align = spec[0];
            spec = spec[1..];
        }

        char kind = spec.Length > 0 && char.IsAsciiLetter(spec[^1]) ? spec[^1] : '\0';
        string size = kind == '\0' ? spec : spec[..^1];
        string text = kind == '\0' && !size.Contains('.', StringComparison.Ordinal)
            ? PythonText.Print(value)
            : Convert(value, size, kind == '\0' ? 's' : kind);
        int dot = size.IndexOf('.');
        string digits = dot < 0 ? size : size[..dot];
        if (digits.Length == 0) return text;
        if (digits[0] == '0' && digits.Length > 1) fill = '0';
        int width = Number(digits);
        return align switch
        {
            '<' => text.PadRight(width, fill),
            '>' => text.PadLeft(width, fill),
            _ => text.PadLeft(text.Length + (Math.Max(0, width - text.Length) / 2), fill).PadRight(width, fill),
        };
    }

    private static int Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= MaxWidth
            ? number
            : throw TemplateException.Runtime($"the width or precision '{digits}' of a format is no number up to {MaxWidth}");
}
