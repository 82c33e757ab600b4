using System.Text;

namespace Magma.Models.Templates;

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A part of a template that writes.</summary>
internal abstract record Statement
{
    public abstract Flow Execute(TemplateRun run, Scope scope, StringBuilder output);

    public static string Render(Statement body, TemplateRun run, Scope scope)
    {
        var output = new StringBuilder();
        body.Execute(run, scope, output);
        return output.ToString();
    }
}

internal sealed record Block(IReadOnlyList<Statement> Statements) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        foreach (Statement statement in Statements)
        {
            run.Step();
            Flow flow = statement.Execute(run, scope, output);
            if (flow != Flow.Next) return flow;
        }

        return Flow.Next;
    }
}

internal sealed record PlainText(string Text) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        output.Append(Text);
        TemplateRun.Check(output);
        return Flow.Next;
    }
}

internal sealed record Output(Expression Value) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        output.Append(PythonText.Print(Value.Evaluate(run, scope)));
        TemplateRun.Check(output);
        return Flow.Next;
    }
}

internal sealed record If(IReadOnlyList<(Expression Condition, Statement Body)> Branches, Statement? Else) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        foreach ((Expression condition, Statement body) in Branches)
        {
            if (Values.IsTrue(condition.Evaluate(run, scope))) return body.Execute(run, scope, output);
        }

        return Else?.Execute(run, scope, output) ?? Flow.Next;
    }
}

internal sealed record For(
    IReadOnlyList<string> Names, Expression Items, Expression? Condition, Statement Body, Statement? Else, bool IsRecursive) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        Loop(run, scope, output, Items.Evaluate(run, scope), depth: 0);
        return Flow.Next;
    }

    private void Loop(TemplateRun run, Scope scope, StringBuilder output, object? source, int depth)
    {
        List<object?> items = Values.Iterate(source);
        if (Condition is not null)
        {
            items = items.FindAll(item =>
            {
                var inner = new Scope(scope);
                Assign(inner, Names, item);
                return Values.IsTrue(Condition.Evaluate(run, inner));
            });
        }

        if (items.Count == 0)
        {
            Else?.Execute(run, new Scope(scope), output);
            return;
        }

        var state = new LoopState(items, depth, IsRecursive ? Recurse : null);
        run.Enter();
        for (int index = 0; index < items.Count; index++)
        {
            run.Step();
            state.Index = index;
            var inner = new Scope(scope) { ["loop"] = state };
            Assign(inner, Names, items[index]);
            if (Body.Execute(run, inner, output) == Flow.Break) break;
        }

        run.Leave();

        string Recurse(TemplateRun again, object? more)
        {
            var text = new StringBuilder();
            Loop(again, scope, text, more, depth + 1);
            return text.ToString();
        }
    }

    public static void Assign(Scope scope, IReadOnlyList<string> names, object? value)
    {
        if (names.Count == 1)
        {
            scope[names[0]] = value;
            return;
        }

        List<object?> items = Values.Iterate(value);
        if (items.Count != names.Count) throw TemplateException.Runtime($"{items.Count} values cannot be given to {names.Count} names");
        for (int index = 0; index < names.Count; index++) scope[names[index]] = items[index];
    }
}

internal sealed record LoopControl(Flow Flow) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output) => Flow;
}

/// <summary><c>set a, b = value</c>, or <c>set ns.a = value</c> when an attribute is named.</summary>
internal sealed record Set(IReadOnlyList<string> Names, string? AttributeName, Expression Value) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        object? value = Value.Evaluate(run, scope);
        if (AttributeName is null) For.Assign(scope, Names, value);
        else Change(scope.Get(Names[0]), AttributeName, value);
        return Flow.Next;
    }

    private static void Change(object? target, string name, object? value)
    {
        if (target is not TemplateNamespace space) throw TemplateException.Runtime("cannot assign attribute on non-namespace object");
        space.Map[name] = value;
    }
}

internal sealed record SetBlock(string Name, Filtered? Filter, Statement Body) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        object? text = Render(Body, run, new Scope(scope));
        scope[Name] = Filter is null ? text : FilterBlock.Chain(Filter, run, scope, text);
        return Flow.Next;
    }
}

internal sealed record FilterBlock(Filtered Filter, Statement Body) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        output.Append(PythonText.Print(Chain(Filter, run, scope, Render(Body, run, new Scope(scope)))));
        TemplateRun.Check(output);
        return Flow.Next;
    }

    /// <summary>Applies a chain of filters whose innermost has no operand.</summary>
    public static object? Chain(Filtered filter, TemplateRun run, Scope scope, object? value)
    {
        run.EnterExpression();
        object? result = filter.Apply(run, scope, filter.Operand is Filtered inner ? Chain(inner, run, scope, value) : value);
        run.LeaveExpression();
        return result;
    }
}

internal sealed record With(IReadOnlyList<(string Name, Expression Value)> Names, Statement Body) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        var inner = new Scope(scope);
        foreach ((string name, Expression value) in Names) inner[name] = value.Evaluate(run, scope);
        return Body.Execute(run, inner, output);
    }
}

/// <summary>A block that shares the names around it: <c>generation</c>.</summary>
internal sealed record Group(Statement Body) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output) => Body.Execute(run, new Scope(scope), output);
}

internal sealed record Macro(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Statement Body) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        scope[Name] = Bind(scope);
        return Flow.Next;
    }

    public TemplateFunction Bind(Scope scope) => new(Name, (run, positional, named) => Call(run, scope, positional, named));

    private string Call(TemplateRun run, Scope scope, List<object?> positional, Dictionary<string, object?> named)
    {
        var inner = new Scope(scope);
        for (int index = 0; index < Parameters.Count; index++)
        {
            (string name, Expression? fallback) = Parameters[index];
            if (index < positional.Count) inner[name] = positional[index];
            else if (named.Remove(name, out object? given)) inner[name] = given;
            else inner[name] = fallback is null ? new Undefined($"parameter '{name}' was not provided") : fallback.Evaluate(run, inner);
        }

        if (named.Remove("caller", out object? caller)) inner["caller"] = caller;
        if (positional.Count > Parameters.Count)
        {
            if (!Uses("varargs")) throw TemplateException.Runtime($"macro '{Name}' takes not more than {Parameters.Count} argument(s)");
        }

        inner["varargs"] = new TemplateTuple(positional.Skip(Parameters.Count).ToList());
        if (named.Count > 0 && !Uses("kwargs"))
            throw TemplateException.Runtime($"macro '{Name}' takes no keyword argument '{named.Keys.First()}'");
        var rest = new TemplateMap();
        foreach ((string name, object? value) in named) rest[name] = value;
        inner["kwargs"] = rest;
        run.Enter();
        string text = Render(Body, run, inner);
        run.Leave();
        return text;
    }

    /// <summary>Whether the macro takes more arguments than it names. Set by the parser, which sees its names.</summary>
    public required IReadOnlySet<string> UsedNames { get; init; }

    private bool Uses(string name) => UsedNames.Contains(name);
}

/// <summary><c>call f(…)</c>: the body is what <c>caller()</c> gives inside the macro.</summary>
internal sealed record CallBlock(Call Call, Macro Caller) : Statement
{
    public override Flow Execute(TemplateRun run, Scope scope, StringBuilder output)
    {
        object? function = Values.Demand(Call.Function.Evaluate(run, scope));
        if (function is not TemplateFunction macro)
            throw TemplateException.Runtime($"'{Values.TypeName(function)}' object is not callable");
        Dictionary<string, object?> named = Call.Arguments.EvaluateNamed(run, scope);
        named["caller"] = Caller.Bind(scope);
        output.Append(PythonText.Print(macro.Call(run, Call.Arguments.EvaluatePositional(run, scope), named)));
        TemplateRun.Check(output);
        return Flow.Next;
    }
}
