using System.Text;

namespace Magma.Models.Templates;

/// <summary>One rendering: its clock, and the limits that a hostile template meets.</summary>
internal sealed class TemplateRun(DateTime now)
{
    /// <summary>Characters in any one text, the result included.</summary>
    public const int MaxText = 1 << 24;

    /// <summary>Items in any list that a template makes by range or repetition (Jinja's sandbox has the same).</summary>
    public const int MaxItems = 100_000;

    private const int MaxSteps = 5_000_000;
    private const int MaxDepth = 64;
    private const int MaxExpressionDepth = 3000;

    private int steps;
    private int depth;
    private int expressionDepth;

    public DateTime Now { get; } = now;

    /// <summary>Counts a step of work.</summary>
    public void Step()
    {
        if (++steps > MaxSteps) throw TemplateException.Runtime($"the template took more than {MaxSteps:N0} steps");
    }

    public void Enter()
    {
        if (++depth > MaxDepth) throw TemplateException.Runtime($"macros and loops call each other more than {MaxDepth} deep");
    }

    public void Leave() => depth--;

    /// <summary>Counts how deep expressions stand in each other: a long chain of operators must not exhaust the stack.</summary>
    public void EnterExpression()
    {
        if (++expressionDepth > MaxExpressionDepth)
            throw TemplateException.Runtime($"expressions are nested more than {MaxExpressionDepth} deep");
    }

    public void LeaveExpression() => expressionDepth--;

    public static string Check(string text) =>
        text.Length <= MaxText ? text : throw TemplateException.Runtime($"a text became longer than {MaxText:N0} characters");

    public static void Check(StringBuilder output)
    {
        if (output.Length > MaxText) throw TemplateException.Runtime($"the result became longer than {MaxText:N0} characters");
    }
}

/// <summary>Names that are visible at one place of a template.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> names = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        set => names[name] = value;
    }

    public object? Get(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.names.TryGetValue(name, out object? value)) return value;
        }

        return new Undefined($"'{name}' is undefined");
    }

    private Scope? Outer => parent;
}

/// <summary>The variable <c>loop</c> inside a for block.</summary>
internal sealed class LoopState(List<object?> items, int depth, Func<TemplateRun, object?, string>? recurse)
{
    private object? lastChanged = new Undefined("");
    private bool hasChanged;

    public int Index { get; set; }

    public int Depth => depth;

    public Func<TemplateRun, object?, string>? Recurse => recurse;

    public object? Attribute(string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)(items.Count - Index),
        "revindex0" => (long)(items.Count - Index - 1),
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => depth + 1L,
        "depth0" => (long)depth,
        "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("there is no next item"),
        "cycle" => new TemplateFunction("cycle", (_, arguments, _) => arguments.Count == 0
            ? throw TemplateException.Runtime("no items for cycling given")
            : arguments[Index % arguments.Count]),
        "changed" => new TemplateFunction("changed", (_, arguments, _) => Changed(new TemplateTuple(arguments))),
        _ => new Undefined($"'LoopContext object' has no attribute '{name}'"),
    };

    private bool Changed(object? value)
    {
        bool changed = !hasChanged || !Values.AreEqual(lastChanged, value);
        lastChanged = value;
        hasChanged = true;
        return changed;
    }
}
