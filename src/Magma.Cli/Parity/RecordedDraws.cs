using System.Text.Json;
using Magma.Data;

namespace Magma.Cli.Parity;

/// <summary>Gives back the draws of a recorded run, in order, and refuses a question that the recorded run did not ask.</summary>
internal sealed class RecordedDraws(JsonElement draws) : ITraceDraws
{
    private readonly JsonElement[] _draws = [.. draws.EnumerateArray()];
    private int _next;

    public int Left => _draws.Length - _next;

    public double Uniform() => Take("uniform", "").GetProperty("value").GetDouble();

    public int[] Integers(int low, int high, int count)
    {
        int[] values = Values(Take("randint", $"{low} {high}", "low", "high_exclusive"));
        if (values.Length != count) throw new DrawMismatch($"draw {_next}: {count} numbers were asked for, {values.Length} are recorded");
        return values;
    }

    public int[] Choose(int from, int count) => Values(Take("choice_without_replacement", $"{from} {count}", "n", "k"));

    public int[] Permutation(int count) => Values(Take("randperm", $"{count}", "n"));

    private JsonElement Take(string function, string arguments, params string[] names)
    {
        if (Left == 0) throw new DrawMismatch($"{function}({arguments}) was asked for after the last recorded draw");
        JsonElement draw = _draws[_next++];
        string name = draw.GetProperty("fn").GetString() ?? "";
        string recorded = name == function ? string.Join(' ', names.Select(key => draw.GetProperty(key).GetInt32())) : "";
        if (name != function || recorded != arguments)
        {
            throw new DrawMismatch($"draw {_next}: {function}({arguments}) was asked for, {name}({recorded}) is recorded");
        }

        return draw;
    }

    private static int[] Values(JsonElement draw) => [.. draw.GetProperty("value").EnumerateArray().Select(value => value.GetInt32())];
}

/// <summary>Our run asked chance another question than the recorded one, so it has left the recorded path.</summary>
internal sealed class DrawMismatch(string message) : Exception(message);
