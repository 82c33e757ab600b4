using Magma.Data;

namespace Magma.Datasets.Episodes;

/// <summary>Gathers mean, deviation, extremes and quantiles of vectors in one pass (Welford's update).</summary>
internal sealed class VectorStatistics(int width)
{
    /// <summary>The quantiles that LeRobot stores.</summary>
    public static readonly double[] LeRobotFractions = [0.01, 0.1, 0.5, 0.9, 0.99];

    private readonly double[] mean = new double[width];
    private readonly double[] squares = new double[width];
    private readonly double[] min = [.. Enumerable.Repeat(double.PositiveInfinity, width)];
    private readonly double[] max = [.. Enumerable.Repeat(double.NegativeInfinity, width)];
    private readonly QuantileSketch[] sketches = [.. Enumerable.Range(0, width).Select(_ => new QuantileSketch())];

    public long Count { get; private set; }

    public double[] Mean => mean;

    public double[] Min => min;

    public double[] Max => max;

    public double[] Std => [.. squares.Select(sum => Math.Sqrt(sum / Count))];

    public void Add(ReadOnlySpan<double> vector)
    {
        if (vector.Length != width) throw new InvalidDataException($"A vector of {vector.Length} values follows vectors of {width}.");
        Count++;
        for (int i = 0; i < width; i++)
        {
            double value = vector[i], delta = value - mean[i];
            mean[i] += delta / Count;
            squares[i] += delta * (value - mean[i]);
            min[i] = Math.Min(min[i], value);
            max[i] = Math.Max(max[i], value);
            sketches[i].Add((float)value);
        }
    }

    public void Add(ReadOnlySpan<float> vector)
    {
        Span<double> wide = vector.Length <= 256 ? stackalloc double[vector.Length] : new double[vector.Length];
        for (int i = 0; i < vector.Length; i++) wide[i] = vector[i];
        Add(wide);
    }

    public ActionStatistics Result()
    {
        double[][] quantiles = Quantiles(0.01, 0.99);
        return new ActionStatistics { Mean = mean, Std = Std, Min = min, Max = max, Q01 = quantiles[0], Q99 = quantiles[1] };
    }

    /// <summary>For each fraction, the quantile of every dimension.</summary>
    public double[][] Quantiles(params double[] fractions)
    {
        double[][] perDimension = [.. sketches.Select(sketch => sketch.Quantiles(fractions))];
        return [.. fractions.Select((_, i) => perDimension.Select(values => values[i]).ToArray())];
    }
}
