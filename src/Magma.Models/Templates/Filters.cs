using System.Globalization;
using System.Text;

namespace Magma.Models.Templates;

/// <summary>A filter: run, value, arguments → value.</summary>
internal delegate object? Filter(TemplateRun run, object? value, FilterArguments arguments);

/// <summary>Arguments of a filter or method, by position or name.</summary>
internal sealed record FilterArguments(List<object?> Positional, Dictionary<string, object?> Named)
{
    public int Count => Positional.Count;

    public object? this[int index] =>
        index < Positional.Count ? Positional[index] : throw TemplateException.Runtime("an argument is missing");

    /// <summary>The argument, or null when it is not given.</summary>
    public object? Get(int index, string name) =>
        index < Positional.Count ? Positional[index] : Named.TryGetValue(name, out object? value) ? value : null;

    public bool Flag(int index, string name) => Values.IsTrue(Get(index, name));

    public long Integer(int index, string name, long fallback) => Values.TryInteger(Get(index, name), out long value) ? value : fallback;

    public string Text(int index, string name) =>
        Get(index, name) as string ?? throw TemplateException.Runtime(
            $"the argument '{name}' must be a text, not {Values.TypeName(Get(index, name))}");
}

/// <summary>Jinja's filters (<c>x | trim</c>) that chat templates use.</summary>
internal static class Filters
{
    /// <summary>The filter of a name, or null.</summary>
    public static Filter? Find(string name) => TextFilter(name) ?? ListFilter(name) ?? NumberFilter(name);

    private static Filter? TextFilter(string name) => name switch
    {
        "trim" => (_, value, arguments) => PythonText.Print(value)
            .Trim(arguments.Get(0, "chars") is string set ? set.ToCharArray() : PythonText.Blanks),
        "upper" => (_, value, _) => PythonText.Upper(PythonText.Print(value)),
        "lower" => (_, value, _) => PythonText.Print(value).ToLowerInvariant(),
        "title" => (_, value, _) => PythonText.Title(PythonText.Print(value), firstOnly: false),
        "capitalize" => (_, value, _) => PythonText.Title(PythonText.Print(value), firstOnly: true),
        "string" => (_, value, _) => PythonText.Print(value),
        "replace" => (_, value, arguments) => Replace(
            PythonText.Print(value), arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.Integer(2, "count", -1)),
        "indent" => (_, value, arguments) => Indent(PythonText.Print(value), arguments),
        "e" or "escape" => (_, value, _) => Escape(PythonText.Print(value)),
        "safe" => (_, value, _) => value,
        "format" => (_, value, arguments) => Numbers.PercentFormat(PythonText.Print(value), new TemplateTuple(arguments.Positional)),
        "wordcount" => (_, value, _) => (long)PythonText.Print(value).Split(PythonText.Blanks, StringSplitOptions.RemoveEmptyEntries)
            .Length,
        "center" => (_, value, arguments) => Center(PythonText.Print(value), arguments.Integer(0, "width", 80)),
        "truncate" => (_, value, arguments) => Truncate(PythonText.Print(value), arguments),
        "tojson" => (_, value, arguments) => JsonText.Write(value, arguments),
        _ => null,
    };

    private static Filter? ListFilter(string name) => name switch
    {
        "length" or "count" => (_, value, _) => Values.LengthOf(value),
        "first" => (_, value, _) => Values.Iterate(value) is { Count: > 0 } items ? items[0] : new Undefined("No first item, sequence was empty."),
        "last" => (_, value, _) => Values.Iterate(value) is { Count: > 0 } items ? items[^1] : new Undefined("No last item, sequence was empty."),
        "list" => (_, value, _) => Values.Iterate(value).ToList(),
        "join" => (_, value, arguments) => JoinTexts(
            arguments.Get(1, "attribute") is string attribute
                ? Values.Iterate(value).ConvertAll(item => Path(item, attribute))
                : Values.Iterate(value),
            arguments.Get(0, "d") as string ?? "", mustBeText: false),
        "default" or "d" => (_, value, arguments) => value is Undefined || (arguments.Flag(1, "boolean") && !Values.IsTrue(value)) ? arguments.Get(0, "default_value") ?? "" : value,
        "items" => (_, value, _) => value is Undefined ? new List<object?>() : value is TemplateMap map ? Items(map) : throw TemplateException.Runtime("Can only get item pairs from a mapping."),
        "dictsort" => (_, value, _) => value is TemplateMap map ? Sort(Items(map), item => Fold(((TemplateTuple)item!).Items[0])) : throw TemplateException.Runtime("dictsort needs a mapping"),
        "sort" => (_, value, arguments) => SortFilter(value, arguments),
        "reverse" => (_, value, _) => value is string text ? string.Concat(Enumerable.Reverse(PythonText.CodePoints(text))) : Enumerable.Reverse(Values.Iterate(value)).ToList(),
        "unique" => (_, value, arguments) => Unique(Values.Iterate(value), arguments),
        "map" => Map,
        "select" => (_, value, arguments) => Select(value, arguments, attribute: null, keep: true, 0),
        "reject" => (_, value, arguments) => Select(value, arguments, attribute: null, keep: false, 0),
        "selectattr" => (_, value, arguments) => Select(value, arguments, arguments.Text(0, "attribute"), keep: true, 1),
        "rejectattr" => (_, value, arguments) => Select(value, arguments, arguments.Text(0, "attribute"), keep: false, 1),
        "batch" => (_, value, arguments) => Batch(Values.Iterate(value), arguments),
        "groupby" => (_, value, arguments) => GroupBy(Values.Iterate(value), arguments.Text(0, "attribute")),
        _ => null,
    };

    private static Filter? NumberFilter(string name) => name switch
    {
        "sum" => (_, value, _) => Values.Iterate(value).Aggregate((object?)0L, (total, item) => Numbers.Apply("+", total, item)),
        "min" => (_, value, _) => Extreme(Values.Iterate(value), sign: 1),
        "max" => (_, value, _) => Extreme(Values.Iterate(value), sign: -1),
        "abs" => (_, value, _) => Values.TryInteger(value, out long integer) ? (object)Math.Abs(integer) : Math.Abs(Number(value)),
        "round" => (_, value, arguments) => Round(
            Number(value), arguments.Integer(0, "precision", 0), arguments.Get(1, "method") as string ?? "common"),
        "int" => (_, value, arguments) => ToInteger(value, arguments.Get(0, "default") ?? 0L),
        "float" => (_, value, arguments) => ToFloat(value, arguments.Get(0, "default") ?? 0.0),
        _ => null,
    };

    public static string Replace(string text, string old, string by, long limit)
    {
        if (limit < 0 && old.Length > 0)
        {
            long count = text.AsSpan().Count(old);
            if (text.Length + (count * (by.Length - old.Length)) > TemplateRun.MaxText)
                throw TemplateException.Runtime("a replaced text became too long");
            return text.Replace(old, by, StringComparison.Ordinal);
        }

        if (old.Length == 0) throw TemplateException.Runtime("replace of an empty text is not supported");
        var output = new StringBuilder();
        int position = 0;
        for (; limit > 0; limit--)
        {
            int found = text.IndexOf(old, position, StringComparison.Ordinal);
            if (found < 0) break;
            output.Append(text, position, found - position).Append(by);
            TemplateRun.Check(output);
            position = found + old.Length;
        }

        return output.Append(text, position, text.Length - position).ToString();
    }

    public static string JoinTexts(List<object?> items, string separator, bool mustBeText)
    {
        var output = new StringBuilder();
        for (int index = 0; index < items.Count; index++)
        {
            if (mustBeText && items[index] is not string)
                throw TemplateException.Runtime($"sequence item {index}: expected str instance, {Values.TypeName(items[index])} found");
            if (index > 0) output.Append(separator);
            output.Append(PythonText.Print(items[index]));
            TemplateRun.Check(output);
        }

        return output.ToString();
    }

    public static List<object?> Items(TemplateMap map) => [.. map.Entries.Select(entry => new TemplateTuple([entry.Key, entry.Value]))];

    /// <summary><c>a.b.0</c> under an item.</summary>
    private static object? Path(object? item, string path)
    {
        foreach (string part in path.Split('.'))
        {
            item = Item.Get(
                Values.Demand(item), long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long index) ? index : part);
        }

        return item;
    }

    private static object? Map(TemplateRun run, object? value, FilterArguments arguments)
    {
        List<object?> items = Values.Iterate(value);
        if (arguments.Named.TryGetValue("attribute", out object? attribute))
        {
            string path = attribute as string ?? throw TemplateException.Runtime("map needs the attribute's name");
            bool hasDefault = arguments.Named.TryGetValue("default", out object? fallback);
            return items.ConvertAll(item => Path(item, path) is var found && found is Undefined && hasDefault ? fallback : found);
        }

        string name = arguments.Text(0, "filter");
        Filter filter = Find(name) ?? throw TemplateException.Runtime($"No filter named '{name}'.");
        var rest = new FilterArguments(arguments.Positional[1..], arguments.Named);
        return items.ConvertAll(item => filter(run, item, rest));
    }

    private static List<object?> Select(object? value, FilterArguments arguments, string? attribute, bool keep, int testIndex)
    {
        Test test = (item, _) => Values.IsTrue(item);
        List<object?> rest = [];
        if (arguments.Count > testIndex)
        {
            string name = arguments.Text(testIndex, "test");
            test = Tests.Find(name) ?? throw TemplateException.Runtime($"No test named '{name}'.");
            rest = arguments.Positional[(testIndex + 1)..];
        }

        return Values.Iterate(value).FindAll(item => test(attribute is null ? item : Path(item, attribute), rest) == keep);
    }

    private static object? Fold(object? value) => value is string text ? text.ToLowerInvariant() : value;

    private static List<object?> Sort(IEnumerable<object?> items, Func<object?, object?> key, bool reverse = false)
    {
        IComparer<object?> comparer = Comparer<object?>.Create((left, right) => Values.Compare(left, right));
        try
        {
            return [.. reverse ? items.OrderByDescending(key, comparer) : items.OrderBy(key, comparer)];
        }
        catch (InvalidOperationException problem) when (problem.InnerException is TemplateException cause)
        {
            throw cause;
        }
    }

    private static List<object?> SortFilter(object? value, FilterArguments arguments)
    {
        bool exact = arguments.Flag(1, "case_sensitive");
        string? attribute = arguments.Get(2, "attribute") as string;
        return Sort(Values.Iterate(value), Key, arguments.Flag(0, "reverse"));

        object? Key(object? item)
        {
            object? key = attribute is null ? item : Path(item, attribute);
            return exact ? key : Fold(key);
        }
    }

    private static List<object?> Unique(List<object?> items, FilterArguments arguments)
    {
        var seen = new TemplateMap();
        return items.FindAll(item =>
        {
            object? key = arguments.Flag(0, "case_sensitive") ? item : Fold(item);
            if (seen.TryGet(key, out _)) return false;
            seen[key] = true;
            return true;
        });
    }

    private static List<object?> Batch(List<object?> items, FilterArguments arguments)
    {
        int size = (int)Math.Clamp(arguments.Integer(0, "linecount", 1), 1, TemplateRun.MaxItems);
        List<object?> batches = [.. items.Chunk(size).Select(chunk => (object?)chunk.ToList())];
        if (arguments.Count > 1 && batches.Count > 0)
        {
            var last = (List<object?>)batches[^1]!;
            while (last.Count < size) last.Add(arguments[1]);
        }

        return batches;
    }

    private static List<object?> GroupBy(List<object?> items, string attribute)
    {
        var groups = new List<object?>();
        object? current = null;
        List<object?>? members = null;
        foreach (object? item in Sort(items, item => Fold(Path(item, attribute))))
        {
            object? key = Path(item, attribute);
            if (members is null || !Values.AreEqual(Fold(key), Fold(current)))
            {
                members = [];
                var group = new TemplateMap { ["grouper"] = key, ["list"] = members };
                groups.Add(new TemplateNamespace(group));
                current = key;
            }

            members.Add(item);
        }

        return groups;
    }

    private static object? Extreme(List<object?> items, int sign)
    {
        if (items.Count == 0) return new Undefined("No aggregated item, sequence was empty.");
        return items.Aggregate((best, item) => Values.Compare(Fold(item), Fold(best)) * sign < 0 ? item : best);
    }

    private static double Number(object? value) =>
        Values.TryNumber(Values.Demand(value), out double number)
            ? number
            : throw TemplateException.Runtime($"a number was expected, not {Values.TypeName(value)}");

    private static double Round(double value, long precision, string method)
    {
        double scale = Math.Pow(10, Math.Clamp(precision, -300, 300));
        return method switch
        {
            "ceil" => Math.Ceiling(value * scale) / scale,
            "floor" => Math.Floor(value * scale) / scale,
            "common" => precision is >= 0 and <= 15 ? Math.Round(value, (int)precision, MidpointRounding.ToEven) : Math.Round(value * scale) / scale,
            _ => throw TemplateException.Runtime("method must be common, ceil or floor"),
        };
    }

    private static object? ToInteger(object? value, object? fallback)
    {
        if (Values.TryInteger(value, out long integer)) return integer;
        if (value is string text && long.TryParse(text.Trim(PythonText.Blanks), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed)) return parsed;
        return ToFloat(value, null) is double real && Math.Abs(real) < long.MaxValue ? (long)real : fallback;
    }

    private static object? ToFloat(object? value, object? fallback)
    {
        if (Values.TryNumber(value, out double number)) return number;
        return value is string text && double.TryParse(
            text.Trim(PythonText.Blanks), NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) ? parsed : fallback;
    }

    private static string Indent(string text, FilterArguments arguments)
    {
        object? width = arguments.Get(0, "width") ?? 4L;
        string blanks = width as string ?? new string(' ', (int)Math.Clamp(width is long count ? count : 4, 0, 1000));
        bool first = arguments.Flag(1, "first"), blank = arguments.Flag(2, "blank");
        var output = new StringBuilder();
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            if (index > 0) output.Append('\n');
            if ((index > 0 || first) && (blank || lines[index].Length > 0)) output.Append(blanks);
            output.Append(lines[index]);
            TemplateRun.Check(output);
        }

        return output.ToString();
    }

    private static string Escape(string text) => TemplateRun.Check(text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal));

    private static string Center(string text, long width)
    {
        int total = (int)Math.Clamp(width, 0, 10_000), missing = total - PythonText.Length(text);
        if (missing <= 0) return text;
        int left = (missing / 2) + (missing & total & 1);
        return new string(' ', left) + text + new string(' ', missing - left);
    }

    private static string Truncate(string text, FilterArguments arguments)
    {
        long length = arguments.Integer(0, "length", 255), leeway = arguments.Integer(3, "leeway", 5);
        string end = arguments.Get(2, "end") as string ?? "...";
        if (text.Length <= length + leeway) return text;
        string start = text[..(int)Math.Clamp(length - end.Length, 0, text.Length)];
        if (arguments.Flag(1, "killwords")) return start + end;
        int blank = start.LastIndexOf(' ');
        return (blank < 0 ? start : start[..blank]) + end;
    }
}
