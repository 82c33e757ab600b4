using System.Globalization;
using System.Text.Json;

namespace Magma.Cli.Parity;

/// <summary>Numbers of golden JSON files, and their comparison with ours.</summary>
internal static class GoldenNumbers
{
    /// <summary>The bar of numbers that the reference computes in double precision.</summary>
    public const double Bar = 1e-12;

    private const double SingleBar = 1e-6;

    /// <summary>A verdict for every row of a section, or for the section when it is one row.</summary>
    public static IEnumerable<ParityVerdict> Each(string section, JsonElement value, Func<JsonElement, bool> isEqual)
    {
        IEnumerable<JsonElement> rows = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        return [.. rows.Select((row, index) => ParityVerdict.Exact($"{section}:{index}", isEqual(row), "the values differ"))];
    }

    public static ParityVerdict Close(string name, double[] expected, double[] actual, double bar)
    {
        if (expected.Length != actual.Length)
            return new ParityVerdict(name, ParityOutcome.Different, Note: $"expected {expected.Length} values, got {actual.Length}");
        double worst = 0, relative = 0;
        for (int index = 0; index < expected.Length; index++)
        {
            double error = expected[index].Equals(actual[index]) ? 0 : Math.Abs(expected[index] - actual[index]);
            if (double.IsNaN(error)) error = double.PositiveInfinity;
            worst = Math.Max(worst, error);
            relative = Math.Max(relative, error / Math.Max(1e-12, Math.Abs(expected[index])));
        }

        return ParityVerdict.Within(name, worst, relative, bar);
    }

    /// <inheritdoc cref="Same(double[], JsonElement)"/>
    public static bool Same(float[] ours, JsonElement theirs) => Same([.. ours.Select(value => (double)value)], theirs);

    /// <inheritdoc cref="Same(double[], JsonElement)"/>
    public static bool Same(float[][] ours, JsonElement theirs) =>
        ours.Length == theirs.GetArrayLength() && ours.Zip(theirs.EnumerateArray()).All(pair => Same(pair.First, pair.Second));

    /// <summary>Within 1e-6 of the larger of 1 and the value: the reference computes these in single precision.</summary>
    public static bool Same(double[] ours, JsonElement theirs)
    {
        double[] expected = Numbers(theirs);
        return expected.Length == ours.Length && expected.Zip(ours).All(pair =>
            pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= SingleBar * Math.Max(1, Math.Abs(pair.First)));
    }

    public static int[] Ids(JsonElement element) => [.. element.EnumerateArray().Select(id => id.GetInt32())];

    public static float[] Singles(JsonElement element) => [.. Numbers(element).Select(value => (float)value)];

    public static double[] Numbers(JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    /// <summary>A number; a text where it is not finite, 1 and 0 for truth values.</summary>
    public static double Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => double.Parse(element.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => element.GetDouble(),
    };
}
