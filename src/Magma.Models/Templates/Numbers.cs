using System.Text;

namespace Magma.Models.Templates;

/// <summary>Python's arithmetic on template values.</summary>
internal static class Numbers
{
    public static object? Apply(string operation, object? left, object? right)
    {
        Values.Demand(left);
        Values.Demand(right);
        if (operation == "%" && left is string format) return PercentFormat(format, right);
        if (operation == "+" && Concatenate(left, right) is { } joined) return joined;
        if (operation == "*" && Repeat(left, right) is { } repeated) return repeated;
        if (!Values.TryNumber(left, out double a) || !Values.TryNumber(right, out double b)) throw Unsupported(operation, left, right);
        bool integers = Values.TryInteger(left, out long x) & Values.TryInteger(right, out long y);
        if (operation is "/" or "//" or "%" && b == 0) throw TemplateException.Runtime("division by zero");
        try
        {
            return operation switch
            {
                "+" => integers ? (object)checked(x + y) : a + b,
                "-" => integers ? (object)checked(x - y) : a - b,
                "*" => integers ? (object)checked(x * y) : a * b,
                "/" => a / b,
                "//" => integers ? (object)FloorDivide(x, y) : Math.Floor(a / b),
                "%" => integers ? (object)(x - (FloorDivide(x, y) * y)) : a - (Math.Floor(a / b) * b),
                _ => integers && y >= 0 ? (object)Power(x, y) : Math.Pow(a, b),
            };
        }
        catch (OverflowException)
        {
            throw TemplateException.Runtime($"the result of '{operation}' has more than 64 bits");
        }
    }

    private static object? Concatenate(object? left, object? right) => (left, right) switch
    {
        (string one, string other) => TemplateRun.Check(one + other),
        (List<object?> one, List<object?> other) => Limit([.. one, .. other]),
        (TemplateTuple one, TemplateTuple other) => new TemplateTuple(Limit([.. one.Items, .. other.Items])),
        (string, _) => throw TemplateException.Runtime($"can only concatenate str (not \"{Values.TypeName(right)}\") to str"),
        _ => null,
    };

    private static object? Repeat(object? left, object? right)
    {
        if (Values.TryInteger(left, out _) && right is string or List<object?>) (left, right) = (right, left);
        if (left is not (string or List<object?>) || !Values.TryInteger(right, out long count)) return null;
        count = Math.Max(0, count);
        if (left is string text)
        {
            if (text.Length > 0 && count > TemplateRun.MaxText / text.Length)
                throw TemplateException.Runtime("a repeated text became too long");
            return new StringBuilder(text.Length * (int)Math.Min(count, int.MaxValue / Math.Max(1, text.Length)))
                .Insert(0, text, text.Length == 0 ? 0 : (int)count).ToString();
        }

        var list = (List<object?>)left;
        if (list.Count > 0 && count > TemplateRun.MaxItems / list.Count) throw TemplateException.Runtime("a repeated list became too long");
        var result = new List<object?>();
        for (long turn = 0; turn < count && list.Count > 0; turn++) result.AddRange(list);
        return result;
    }

    private static List<object?> Limit(List<object?> items) =>
        items.Count <= TemplateRun.MaxItems
            ? items
            : throw TemplateException.Runtime($"a list became longer than {TemplateRun.MaxItems:N0} items");

    private static long FloorDivide(long x, long y)
    {
        long quotient = checked(x / y);
        return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
    }

    private static long Power(long value, long exponent)
    {
        long result = 1;
        for (; exponent > 0; exponent--)
        {
            if (value is 0 or 1) return value;
            if (value == -1) return exponent % 2 == 0 ? result : -result;
            result = checked(result * value);
        }

        return result;
    }

    /// <summary><c>'%s %d' % (…)</c> with s, r, d, f and a precision.</summary>
    public static string PercentFormat(string format, object? values)
    {
        List<object?> arguments = (values as TemplateTuple)?.Items ?? [values];
        var output = new StringBuilder();
        int next = 0;
        for (int index = 0; index < format.Length; index++)
        {
            if (format[index] != '%' || index + 1 >= format.Length)
            {
                output.Append(format[index]);
                continue;
            }

            int end = index + 1;
            while (end < format.Length && (char.IsAsciiDigit(format[end]) || format[end] == '.')) end++;
            if (end >= format.Length) throw TemplateException.Runtime("incomplete format");
            string width = format[(index + 1)..end];
            index = end;
            if (format[end] == '%')
            {
                output.Append('%');
                continue;
            }

            if (next >= arguments.Count) throw TemplateException.Runtime("not enough arguments for format string");
            output.Append(TextFormat.Pad(TextFormat.Convert(arguments[next++], width, format[end]), width, alignLeft: false));
            TemplateRun.Check(output);
        }

        return output.ToString();
    }

    private static TemplateException Unsupported(string operation, object? left, object? right) =>
        TemplateException.Runtime($"unsupported operand type(s) for {operation}: '{Values.TypeName(left)}' and '{Values.TypeName(right)}'");
}
