namespace Magma.Benchmarks;

/// <summary>What the rounds of a measurement say together.</summary>
internal static class Median
{
    /// <summary>The middle value, or what lies between the two middle ones.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
