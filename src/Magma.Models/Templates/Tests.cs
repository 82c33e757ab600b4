namespace Magma.Models.Templates;

/// <summary>A test: value, arguments → whether it holds.</summary>
internal delegate bool Test(object? value, List<object?> arguments);

/// <summary>Jinja's tests (<c>x is defined</c>).</summary>
internal static class Tests
{
    /// <summary>The test of a name, or null.</summary>
    public static Test? Find(string name) => name switch
    {
        "defined" => (value, _) => value is not Undefined,
        "undefined" => (value, _) => value is Undefined,
        "none" => (value, _) => value is null,
        "string" => (value, _) => value is string,
        "mapping" => (value, _) => value is TemplateMap,
        "iterable" or "sequence" => (value, _) => value is string or List<object?> or TemplateTuple or TemplateMap or Undefined,
        "true" => (value, _) => value is true,
        "false" => (value, _) => value is false,
        "boolean" => (value, _) => value is bool,
        "number" => (value, _) => Values.TryNumber(value, out double _),
        "integer" => (value, _) => value is long,
        "float" => (value, _) => value is double,
        "callable" => (value, _) => value is TemplateFunction or LoopState { Recurse: not null },
        "odd" => (value, _) => Modulo(value, 2) == 1,
        "even" => (value, _) => Modulo(value, 2) == 0,
        "divisibleby" => (value, arguments) => Modulo(value, Argument(arguments)) == 0,
        "eq" or "equalto" or "==" => (value, arguments) => Values.AreEqual(value, Argument(arguments)),
        "ne" or "!=" => (value, arguments) => !Values.AreEqual(value, Argument(arguments)),
        "lt" or "lessthan" or "<" => (value, arguments) => Values.Compare(value, Argument(arguments)) < 0,
        "le" or "<=" => (value, arguments) => Values.Compare(value, Argument(arguments)) <= 0,
        "gt" or "greaterthan" or ">" => (value, arguments) => Values.Compare(value, Argument(arguments)) > 0,
        "ge" or ">=" => (value, arguments) => Values.Compare(value, Argument(arguments)) >= 0,
        "in" => (value, arguments) => Values.Contains(Argument(arguments), value),
        "sameas" => (value, arguments) => ReferenceEquals(value, Argument(arguments))
            || (value?.GetType() == Argument(arguments)?.GetType() && value is string or long or bool && Values.AreEqual(value, Argument(arguments))),
        "lower" => (value, _) => value is string text && text.Any(char.IsLetter) && !text.Any(char.IsUpper),
        "upper" => (value, _) => value is string text && text.Any(char.IsLetter) && !text.Any(char.IsLower),
        "filter" => (value, _) => value is string known && Filters.Find(known) is not null,
        "test" => (value, _) => value is string known && Find(known) is not null,
        "escaped" => (_, _) => false,
        _ => null,
    };

    private static object? Argument(List<object?> arguments) =>
        arguments.Count > 0 ? arguments[0] : throw TemplateException.Runtime("the test needs an argument");

    private static long Modulo(object? value, object? divisor)
    {
        object? rest = Numbers.Apply("%", value, divisor);
        return Values.TryInteger(rest, out long integer) ? integer : (long)(double)rest!;
    }

    private static long Modulo(object? value, long divisor) => Modulo(value, (object?)divisor);
}
