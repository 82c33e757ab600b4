using System.Text;

namespace Magma.Models.Templates;

/// <summary>A part of a template that has a value.</summary>
internal abstract record Expression
{
    public object? Evaluate(TemplateRun run, Scope scope)
    {
        run.Step();
        run.EnterExpression();
        object? value = Compute(run, scope);
        run.LeaveExpression();
        return value;
    }

    protected abstract object? Compute(TemplateRun run, Scope scope);
}

internal sealed record Literal(object? Value) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope) => Value;
}

internal sealed record Name(string Text) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope) => scope.Get(Text);
}

internal sealed record Row(IReadOnlyList<Expression> Items, bool IsTuple) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        List<object?> values = [.. Items.Select(item => item.Evaluate(run, scope))];
        return IsTuple ? new TemplateTuple(values) : values;
    }
}

internal sealed record Map(IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        var map = new TemplateMap();
        foreach ((Expression key, Expression value) in Entries) map[key.Evaluate(run, scope)] = value.Evaluate(run, scope);
        return map;
    }
}

internal sealed record Choice(Expression Condition, Expression Then, Expression? Else, int Line) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        if (Values.IsTrue(Condition.Evaluate(run, scope))) return Then.Evaluate(run, scope);
        return Else is null
            ? new Undefined($"the inline if-expression on line {Line} evaluated to false and no else section was defined.")
            : Else.Evaluate(run, scope);
    }
}

internal sealed record Either(Expression Left, Expression Right, bool IsAnd) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        object? left = Left.Evaluate(run, scope);
        return Values.IsTrue(left) == IsAnd ? Right.Evaluate(run, scope) : left;
    }
}

internal sealed record Not(Expression Operand) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope) => !Values.IsTrue(Operand.Evaluate(run, scope));
}

internal sealed record Sign(Expression Operand, bool Negative) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        object? value = Values.Demand(Operand.Evaluate(run, scope));
        if (Values.TryInteger(value, out long integer)) return Negative ? -integer : integer;
        return value is double real
            ? (Negative ? -real : real)
            : throw TemplateException.Runtime($"bad operand type for unary -: '{Values.TypeName(value)}'");
    }
}

internal sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Right)> Rest) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        object? left = First.Evaluate(run, scope);
        foreach ((string operation, Expression right) in Rest)
        {
            object? value = right.Evaluate(run, scope);
            bool holds = operation switch
            {
                "==" => Values.AreEqual(left, value),
                "!=" => !Values.AreEqual(left, value),
                "in" => Values.Contains(value, left),
                "not in" => !Values.Contains(value, left),
                "<" => Values.Compare(left, value, operation) < 0,
                "<=" => Values.Compare(left, value, operation) <= 0,
                ">" => Values.Compare(left, value, operation) > 0,
                _ => Values.Compare(left, value, operation) >= 0,
            };
            if (!holds) return false;
            left = value;
        }

        return true;
    }
}

internal sealed record Arithmetic(string Operator, Expression Left, Expression Right) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope) =>
        Numbers.Apply(Operator, Left.Evaluate(run, scope), Right.Evaluate(run, scope));
}

internal sealed record Join(IReadOnlyList<Expression> Parts) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        var output = new StringBuilder();
        foreach (Expression part in Parts)
        {
            output.Append(PythonText.Print(part.Evaluate(run, scope)));
            TemplateRun.Check(output);
        }

        return output.ToString();
    }
}

/// <summary><c>a.name</c>: a method or attribute first, then an item of that key.</summary>
internal sealed record Attribute(Expression Object, string Name) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        object? value = Values.Demand(Object.Evaluate(run, scope));
        return Methods.Find(value, Name) ?? Item.Get(value, Name);
    }
}

/// <summary><c>a[key]</c>: an item first, then a method or attribute of that name.</summary>
internal sealed record Item(Expression Object, Expression Key) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        object? value = Values.Demand(Object.Evaluate(run, scope));
        object? key = Key.Evaluate(run, scope);
        object? found = Get(value, key);
        return found is Undefined && key is string name ? Methods.Find(value, name) ?? found : found;
    }

    public static object? Get(object? value, object? key)
    {
        switch (value)
        {
            case TemplateMap map when map.TryGet(key, out object? item): return item;
            case TemplateNamespace { Map: var map } when map.TryGet(key, out object? item): return item;
            case LoopState loop when key is string name: return loop.Attribute(name);
            case string or List<object?> or TemplateTuple when Values.TryInteger(key, out long index):
                List<object?> items = Values.Iterate(value);
                long position = index < 0 ? index + items.Count : index;
                if (position >= 0 && position < items.Count) return items[(int)position];
                break;
        }

        string kind = value is TemplateMap ? "dict" : Values.TypeName(value);
        return new Undefined(key is string attribute
            ? value is null ? $"'None' has no attribute '{attribute}'" : $"'{kind} object' has no attribute '{attribute}'"
            : $"{kind} object has no element {PythonText.Quote(key)}");
    }
}

internal sealed record Slice(Expression Object, Expression? Start, Expression? Stop, Expression? Step) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        object? value = Values.Demand(Object.Evaluate(run, scope));
        if (value is not (string or List<object?> or TemplateTuple))
            throw TemplateException.Runtime($"'{Values.TypeName(value)}' object is not subscriptable by a slice");
        List<object?> items = Values.Iterate(value);
        long step = Bound(Step, run, scope) ?? 1;
        if (step == 0) throw TemplateException.Runtime("slice step cannot be zero");
        long count = items.Count;
        long start = Clamp(Bound(Start, run, scope), step > 0 ? 0 : count - 1);
        long stop = Clamp(Bound(Stop, run, scope), step > 0 ? count : -1);
        var result = new List<object?>();
        for (long index = start; step > 0 ? index < stop : index > stop; index += step) result.Add(items[(int)index]);
        return value switch
        {
            string => string.Concat(result),
            TemplateTuple => new TemplateTuple(result),
            _ => result,
        };

        long Clamp(long? bound, long otherwise)
        {
            if (bound is not { } index) return otherwise;
            if (index < 0) index += count;
            return step > 0 ? Math.Clamp(index, 0, count) : Math.Clamp(index, -1, count - 1);
        }
    }

    private static long? Bound(Expression? expression, TemplateRun run, Scope scope)
    {
        if (expression?.Evaluate(run, scope) is not { } value) return null;
        return Values.TryInteger(Values.Demand(value), out long index)
            ? Math.Clamp(index, int.MinValue, int.MaxValue)
            : throw TemplateException.Runtime("slice indices must be integers or None");
    }
}

/// <summary>Arguments of a call, filter or test.</summary>
internal sealed record Arguments(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static Arguments None { get; } = new([], []);

    public List<object?> EvaluatePositional(TemplateRun run, Scope scope) => [.. Positional.Select(item => item.Evaluate(run, scope))];

    public Dictionary<string, object?> EvaluateNamed(TemplateRun run, Scope scope)
    {
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach ((string name, Expression value) in Named) named[name] = value.Evaluate(run, scope);
        return named;
    }
}

internal sealed record Call(Expression Function, Arguments Arguments) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope)
    {
        object? function = Values.Demand(Function.Evaluate(run, scope));
        List<object?> positional = Arguments.EvaluatePositional(run, scope);
        Dictionary<string, object?> named = Arguments.EvaluateNamed(run, scope);
        return function switch
        {
            TemplateFunction known => known.Call(run, positional, named),
            LoopState { Recurse: { } recurse } when positional.Count == 1 => recurse(run, positional[0]),
            _ => throw TemplateException.Runtime($"'{Values.TypeName(function)}' object is not callable"),
        };
    }
}

internal sealed record Filtered(Expression? Operand, Filter Filter, Arguments Arguments) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope) => Apply(run, scope, Operand!.Evaluate(run, scope));

    public object? Apply(TemplateRun run, Scope scope, object? value) =>
        Filter(run, value, new FilterArguments(Arguments.EvaluatePositional(run, scope), Arguments.EvaluateNamed(run, scope)));
}

internal sealed record Tested(Expression Operand, Test Test, Arguments Arguments, bool Negated) : Expression
{
    protected override object? Compute(TemplateRun run, Scope scope) =>
        Test(Operand.Evaluate(run, scope), Arguments.EvaluatePositional(run, scope)) != Negated;
}
