using Magma.Datasets.Episodes;

namespace Magma.Datasets.Tests.Episodes;

public sealed class QuantileSketchTests
{
    [Fact]
    public void Quantiles_of_few_numbers_are_exact()
    {
        var sketch = new QuantileSketch();
        foreach (float value in new[] { 5f, 1, 4, 2, 3 }) sketch.Add(value);
        Assert.Equal([1, 1.04, 3, 4.96, 5], sketch.Quantiles(0, 0.01, 0.5, 0.99, 1).Select(v => Math.Round(v, 12)));
    }

    [Fact]
    public void Beyond_a_million_numbers_ranks_are_off_by_less_than_one_in_ten_thousand()
    {
        var sketch = new QuantileSketch();
        var random = new Random(5);
        const int count = 5_000_000;
        for (int i = 0; i < count; i++) sketch.Add((float)random.NextDouble());
        double[] found = sketch.Quantiles(0.01, 0.1, 0.5, 0.9, 0.99);
        double[] expected = [0.01, 0.1, 0.5, 0.9, 0.99];
        // Of uniform numbers, a quantile is its rank; the sample itself is off by about 1 / sqrt(count).
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-4 + 3 / Math.Sqrt(count));
    }

    [Fact]
    public void Sorted_numbers_are_no_special_case()
    {
        var sketch = new QuantileSketch();
        const int count = 3_000_000;
        for (int i = 0; i < count; i++) sketch.Add((float)i / count);
        Assert.Equal(0.99, sketch.Quantiles(0.99)[0], 1e-4);
    }
}
