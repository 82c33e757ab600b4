using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Magma.Models.Templates;

/// <summary>A name or item that is not there: prints as nothing, is false and empty; anything else fails with its message.</summary>
internal sealed record Undefined(string Message);

/// <summary>A Python tuple.</summary>
internal sealed record TemplateTuple(List<object?> Items);

/// <summary>A namespace: the one value that templates may change.</summary>
internal sealed record TemplateNamespace(TemplateMap Map);

/// <summary>A function, macro or bound method.</summary>
/// <param name="Call">Run, positional arguments, named arguments → result.</param>
internal sealed record TemplateFunction(string Name, Func<TemplateRun, List<object?>, Dictionary<string, object?>, object?> Call);

/// <summary>A Python dict: ordered, keys of any plain type, 1 and 1.0 and true the same key.</summary>
internal sealed class TemplateMap
{
    private static readonly object NoneKey = new();
    private readonly OrderedDictionary<object, object?> entries = new(new KeyComparer());

    public int Count => entries.Count;

    public IEnumerable<(object? Key, object? Value)> Entries =>
        entries.Select(entry => (ReferenceEquals(entry.Key, NoneKey) ? null : entry.Key, entry.Value));

    public object? this[object? key]
    {
        set
        {
            if (key is List<object?> or TemplateMap or Undefined)
                throw TemplateException.Runtime($"unhashable type: '{Values.TypeName(key)}'");
            entries[key ?? NoneKey] = value;
        }
    }

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not (List<object?> or TemplateMap or Undefined) && entries.TryGetValue(key ?? NoneKey, out value);
    }

    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public new bool Equals(object? left, object? right) => ReferenceEquals(left, right) || Values.AreEqual(left, right);

        public int GetHashCode([DisallowNull] object key) =>
            Values.TryNumber(key, out double number) ? number.GetHashCode() : key is TemplateTuple tuple ? tuple.Items.Count : key.GetHashCode();
    }
}

/// <summary>
/// Python's rules for the values of a template: null is None, bool, long, double, string, <c>List&lt;object?&gt;</c>,
/// <see cref="TemplateTuple"/>, <see cref="TemplateMap"/>, <see cref="Undefined"/>, <see cref="TemplateNamespace"/>,
/// <see cref="TemplateFunction"/>, <see cref="LoopState"/>.
/// </summary>
internal static class Values
{
    private const int MaxDepth = 200;

    public static string TypeName(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        long => "int",
        double => "float",
        string => "str",
        List<object?> => "list",
        TemplateTuple => "tuple",
        TemplateMap => "dict",
        Undefined => "Undefined",
        TemplateNamespace => "Namespace",
        LoopState => "LoopContext",
        _ => "function",
    };

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        List<object?> list => list.Count > 0,
        TemplateTuple tuple => tuple.Items.Count > 0,
        TemplateMap map => map.Count > 0,
        _ => true,
    };

    /// <summary>A number, where true is 1.</summary>
    public static bool TryNumber(object? value, out double number)
    {
        (bool isNumber, number) = value switch
        {
            bool flag => (true, flag ? 1d : 0d),
            long integer => (true, integer),
            double real => (true, real),
            _ => (false, 0d),
        };
        return isNumber;
    }

    public static bool TryInteger(object? value, out long number)
    {
        (bool isInteger, number) = value switch
        {
            bool flag => (true, flag ? 1L : 0L),
            long integer => (true, integer),
            _ => (false, 0L),
        };
        return isInteger;
    }

    public static bool AreEqual(object? left, object? right, int depth = 0)
    {
        if (depth > MaxDepth) throw TemplateException.Runtime("a value is nested too deep to compare");
        if (TryNumber(left, out double a) && TryNumber(right, out double b)) return left is long x && right is long y ? x == y : a == b;
        return (left, right) switch
        {
            (null, null) => true,
            (string one, string other) => one == other,
            (Undefined, Undefined) => true,
            (List<object?> one, List<object?> other) => RowsEqual(one, other, depth + 1),
            (TemplateTuple one, TemplateTuple other) => RowsEqual(one.Items, other.Items, depth + 1),
            (TemplateMap one, TemplateMap other) => one.Count == other.Count
                && one.Entries.All(entry => other.TryGet(entry.Key, out object? value) && AreEqual(entry.Value, value, depth + 1)),
            _ => left is not null && ReferenceEquals(left, right),
        };
    }

    /// <summary>Below 0, 0 or above 0.</summary>
    /// <exception cref="TemplateException">The values have no order.</exception>
    public static int Compare(object? left, object? right, string operation = "<", int depth = 0)
    {
        if (depth > MaxDepth) throw TemplateException.Runtime("a value is nested too deep to compare");
        Demand(left);
        Demand(right);
        if (TryNumber(left, out double a) && TryNumber(right, out double b))
            return left is long x && right is long y ? x.CompareTo(y) : a.CompareTo(b);
        if (left is string one && right is string other) return string.CompareOrdinal(one, other);
        List<object?>? first = RowOf(left), second = RowOf(right);
        if (first is not null && second is not null && left!.GetType() == right!.GetType())
        {
            for (int index = 0; index < Math.Min(first.Count, second.Count); index++)
            {
                if (!AreEqual(first[index], second[index])) return Compare(first[index], second[index], operation, depth + 1);
            }

            return first.Count.CompareTo(second.Count);
        }

        throw TemplateException.Runtime($"'{operation}' not supported between instances of '{TypeName(left)}' and '{TypeName(right)}'");
    }

    public static bool Contains(object? container, object? item)
    {
        switch (container)
        {
            case string text:
                return item is string part ? text.Contains(part, StringComparison.Ordinal)
                    : throw TemplateException.Runtime($"'in <string>' requires string as left operand, not {TypeName(item)}");
            case TemplateMap map: return map.TryGet(item, out _);
            default: return Iterate(container).Exists(candidate => AreEqual(candidate, item));
        }
    }

    /// <summary>The items that a loop over the value meets.</summary>
    public static List<object?> Iterate(object? value) => value switch
    {
        List<object?> list => list,
        TemplateTuple tuple => tuple.Items,
        TemplateMap map => [.. map.Entries.Select(entry => entry.Key)],
        string text => [.. PythonText.CodePoints(text)],
        Undefined => [],
        _ => throw TemplateException.Runtime($"'{TypeName(value)}' object is not iterable"),
    };

    public static List<object?>? RowOf(object? value) => value as List<object?> ?? (value as TemplateTuple)?.Items;

    public static long LengthOf(object? value) => value switch
    {
        string text => PythonText.Length(text),
        TemplateMap map => map.Count,
        Undefined => 0,
        _ => RowOf(value)?.Count ?? throw TemplateException.Runtime($"object of type '{TypeName(value)}' has no len()"),
    };

    /// <summary>Fails where an undefined value is used for something that needs a value.</summary>
    public static object? Demand(object? value) =>
        value is Undefined undefined ? throw TemplateException.Runtime(undefined.Message) : value;

    public static object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 && element.TryGetInt64(out long integer) ? (object)integer : element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(FromJson).ToList(),
        _ => MapOf(element),
    };

    private static TemplateMap MapOf(JsonElement element)
    {
        var map = new TemplateMap();
        foreach (JsonProperty property in element.EnumerateObject()) map[property.Name] = FromJson(property.Value);
        return map;
    }

    private static bool RowsEqual(List<object?> one, List<object?> other, int depth)
    {
        if (one.Count != other.Count) return false;
        for (int index = 0; index < one.Count; index++)
        {
            if (!AreEqual(one[index], other[index], depth)) return false;
        }

        return true;
    }
}
