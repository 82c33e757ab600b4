using System.Globalization;
using System.Text;

namespace Magma.Models.Templates;

/// <summary>JSON as Python's <c>json.dumps</c> writes it: templates put tool descriptions into prompts with it.</summary>
internal static class JsonText
{
    private const int MaxDepth = 100;

    public static string Write(object? value, FilterArguments arguments)
    {
        bool ascii = arguments.Flag(0, "ensure_ascii");
        string? indent = arguments.Get(1, "indent") switch
        {
            long width => new string(' ', (int)Math.Clamp(width, 0, 100)),
            string text => text,
            _ => null,
        };
        List<object?>? separators = Values.RowOf(arguments.Get(2, "separators"));
        var writer = new Writer(ascii, indent, arguments.Flag(3, "sort_keys"),
            separators?[0] as string ?? (indent is null ? ", " : ","), separators is { Count: > 1 } ? separators[1] as string ?? ": " : ": ");
        writer.Value(value, 0);
        return writer.ToString();
    }

    private sealed class Writer(bool ascii, string? indent, bool sorted, string itemSeparator, string keySeparator)
    {
        private readonly StringBuilder output = new();

        public override string ToString() => output.ToString();

        public void Value(object? value, int depth)
        {
            if (depth > MaxDepth) throw TemplateException.Runtime($"tojson: a value is nested more than {MaxDepth} deep");
            TemplateRun.Check(output);
            switch (value)
            {
                case TemplateMap map: Map(map, depth); break;
                case List<object?> or TemplateTuple: Row(Values.RowOf(value)!, depth); break;
                case string text: Text(text); break;
                default: output.Append(Scalar(value)); break;
            }
        }

        private static string Scalar(object? value) => value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            long number => number.ToString(CultureInfo.InvariantCulture),
            double.NaN => "NaN",
            double.PositiveInfinity => "Infinity",
            double.NegativeInfinity => "-Infinity",
            double number => PythonText.Number(number),
            _ => throw TemplateException.Runtime($"Object of type {Values.TypeName(value)} is not JSON serializable"),
        };

        private void Map(TemplateMap map, int depth)
        {
            IEnumerable<(object? Key, object? Value)> entries = map.Entries;
            if (sorted)
                entries = entries.OrderBy(entry => entry.Key, Comparer<object?>.Create((left, right) => Values.Compare(left, right)));
            output.Append('{');
            bool first = true;
            foreach ((object? key, object? item) in entries)
            {
                if (!first) output.Append(itemSeparator);
                first = false;
                NewLine(depth + 1);
                Text(key as string ?? Scalar(key));
                output.Append(keySeparator);
                Value(item, depth + 1);
            }

            if (!first) NewLine(depth);
            output.Append('}');
        }

        private void Row(List<object?> items, int depth)
        {
            output.Append('[');
            for (int index = 0; index < items.Count; index++)
            {
                if (index > 0) output.Append(itemSeparator);
                NewLine(depth + 1);
                Value(items[index], depth + 1);
            }

            if (items.Count > 0) NewLine(depth);
            output.Append(']');
        }

        private void NewLine(int depth)
        {
            if (indent is null) return;
            output.Append('\n');
            for (int level = 0; level < depth; level++) output.Append(indent);
        }

        private void Text(string text)
        {
            output.Append('"');
            foreach (char character in text)
            {
                switch (character)
                {
                    case '"': output.Append("\\\""); break;
                    case '\\': output.Append("\\\\"); break;
                    case '\n': output.Append("\\n"); break;
                    case '\r': output.Append("\\r"); break;
                    case '\t': output.Append("\\t"); break;
                    case '\b': output.Append("\\b"); break;
                    case '\f': output.Append("\\f"); break;
                    default:
                        if (character < ' ' || (ascii && character > '\x7e'))
                            output.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                        else output.Append(character);
                        break;
                }
            }

            output.Append('"');
        }
    }
}
