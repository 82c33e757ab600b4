namespace Magma.Models.Templates;

/// <summary>Methods of texts, lists and dicts that read; those that change fail, as in the reference's immutable sandbox.</summary>
internal static class Methods
{
    /// <summary>The method of a name, or null when the value has none.</summary>
    public static object? Find(object? value, string name) => value switch
    {
        string text => OfText(text, name),
        TemplateMap map => OfMap(map, name),
        List<object?> or TemplateTuple => OfRow(Values.RowOf(value)!, value is List<object?>, name),
        _ => null,
    };

    private static TemplateFunction Make(string name, Func<FilterArguments, object?> call) =>
        new(name, (_, positional, named) => call(new FilterArguments(positional, named)));

    private static TemplateFunction? OfText(string text, string name)
    {
        Func<FilterArguments, object?>? call = name switch
        {
            "strip" => arguments => text.Trim(Characters(arguments)),
            "lstrip" => arguments => text.TrimStart(Characters(arguments)),
            "rstrip" => arguments => text.TrimEnd(Characters(arguments)),
            "upper" => _ => PythonText.Upper(text),
            "lower" => _ => text.ToLowerInvariant(),
            "title" => _ => PythonText.Title(text, firstOnly: false),
            "capitalize" => _ => PythonText.Title(text, firstOnly: true),
            "startswith" => arguments => Affixes(arguments).Exists(affix => text.StartsWith(affix, StringComparison.Ordinal)),
            "endswith" => arguments => Affixes(arguments).Exists(affix => text.EndsWith(affix, StringComparison.Ordinal)),
            "replace" => arguments => Filters.Replace(
                text, arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.Integer(2, "count", -1)),
            "count" => arguments => (long)text.AsSpan().Count(arguments.Text(0, "sub")),
            "find" => arguments => (long)text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal),
            "rfind" => arguments => (long)text.LastIndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal),
            "index" => arguments => text.IndexOf(arguments.Text(0, "sub"), StringComparison.Ordinal) is >= 0 and var at ? (long)at : throw TemplateException.Runtime("substring not found"),
            "split" => arguments => Split(text, arguments, fromRight: false),
            "rsplit" => arguments => Split(text, arguments, fromRight: true),
            "splitlines" => _ => SplitLines(text),
            "partition" => arguments => Partition(text, arguments.Text(0, "sep"), last: false),
            "rpartition" => arguments => Partition(text, arguments.Text(0, "sep"), last: true),
            "removeprefix" => arguments => text.StartsWith(arguments.Text(0, "prefix"), StringComparison.Ordinal) ? text[arguments.Text(0, "prefix").Length..] : text,
            "removesuffix" => arguments => text.EndsWith(arguments.Text(0, "suffix"), StringComparison.Ordinal) ? text[..^arguments.Text(0, "suffix").Length] : text,
            "join" => arguments => Filters.JoinTexts(Values.Iterate(arguments[0]), text, mustBeText: true),
            "format" => arguments => TextFormat.Format(text, arguments.Positional, arguments.Named),
            "isalpha" => _ => text.Length > 0 && text.All(char.IsLetter),
            "isdigit" or "isdecimal" or "isnumeric" => _ => text.Length > 0 && text.All(char.IsDigit),
            "isalnum" => _ => text.Length > 0 && text.All(char.IsLetterOrDigit),
            "isspace" => _ => text.Length > 0 && text.All(PythonText.IsBlank),
            "islower" => _ => text.Any(char.IsLower) && !text.Any(char.IsUpper),
            "isupper" => _ => text.Any(char.IsUpper) && !text.Any(char.IsLower),
            _ => null,
        };
        return call is null ? null : Make(name, call);
    }

    private static TemplateFunction? OfMap(TemplateMap map, string name)
    {
        Func<FilterArguments, object?>? call = name switch
        {
            "get" => arguments => map.TryGet(arguments[0], out object? value) ? value : arguments.Count > 1 ? arguments[1] : null,
            "keys" => _ => map.Entries.Select(entry => entry.Key).ToList(),
            "values" => _ => map.Entries.Select(entry => entry.Value).ToList(),
            "items" => _ => Filters.Items(map),
            "copy" => _ => map,
            _ => null,
        };
        if (name is "update" or "pop" or "popitem" or "setdefault" or "clear") throw Unsafe(name, "dict");
        return call is null ? null : Make(name, call);
    }

    private static TemplateFunction? OfRow(List<object?> items, bool isList, string name)
    {
        if (isList && name is "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse")
            throw Unsafe(name, "list");
        return name switch
        {
            "count" => Make(name, arguments => (long)items.Count(item => Values.AreEqual(item, arguments[0]))),
            "index" => Make(name, arguments => items.FindIndex(item => Values.AreEqual(item, arguments[0])) is >= 0 and var at ? (long)at : throw TemplateException.Runtime("the value is not in the list")),
            _ => null,
        };
    }

    private static TemplateException Unsafe(string name, string type) =>
        TemplateException.Runtime($"access to attribute '{name}' of '{type}' object is unsafe.");

    private static char[] Characters(FilterArguments arguments) =>
        arguments.Count == 0 || arguments[0] is null ? PythonText.Blanks : arguments.Text(0, "chars").ToCharArray();

    private static List<string> Affixes(FilterArguments arguments) =>
        arguments[0] is TemplateTuple tuple ? [.. tuple.Items.OfType<string>()] : [arguments.Text(0, "prefix")];

    private static List<object?> Split(string text, FilterArguments arguments, bool fromRight)
    {
        long limit = arguments.Integer(1, "maxsplit", -1);
        string? separator = arguments.Get(0, "sep") as string;
        if (separator == "") throw TemplateException.Runtime("empty separator");
        List<string> parts = separator is null
            ? [.. text.Split(PythonText.Blanks, limit < 0 ? int.MaxValue : (int)Math.Min(int.MaxValue, limit + 1), StringSplitOptions.RemoveEmptyEntries)]
            : [.. text.Split(separator)];
        if (separator is not null && limit >= 0 && parts.Count > limit + 1)
        {
            int kept = (int)limit;
            parts = fromRight
                ? [string.Join(separator, parts[..^kept]), .. parts[^kept..]]
                : [.. parts[..kept], string.Join(separator, parts[kept..])];
        }

        return [.. parts];
    }

    private static List<object?> SplitLines(string text)
    {
        List<object?> lines = [.. text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029')];
        if (lines[^1] is "") lines.RemoveAt(lines.Count - 1);
        return lines;
    }

    private static TemplateTuple Partition(string text, string separator, bool last)
    {
        int at = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0) return new TemplateTuple(last ? ["", "", text] : [text, "", ""]);
        return new TemplateTuple([text[..at], separator, text[(at + separator.Length)..]]);
    }
}
