using System.Globalization;

namespace Magma.Benchmarks;

/// <summary>
/// Rates beside what the machine could do in the same seconds: on a shared machine both change by a third within minutes, so each run
/// is set against the limit measured right before and right after it.
/// </summary>
/// <param name="measureLimit">Measures the limit, in amounts a second.</param>
internal sealed class LimitedRate(Func<double> measureLimit)
{
    private readonly List<(double Amount, double Limit)> runs = [];

    /// <summary>The best rate of all runs.</summary>
    public double Best { get; private set; }

    /// <summary>Amounts a second of the run that is the median by its share of the limit.</summary>
    public double Amount => Median().Amount;

    /// <summary>Measures a run.</summary>
    /// <param name="run">Gives its rate.</param>
    /// <param name="amount">What one unit of the rate amounts to: bytes, operations.</param>
    public void Add(Func<double> run, double amount)
    {
        double before = measureLimit(), rate = run(), after = measureLimit();
        Best = Math.Max(Best, rate);
        runs.Add((rate * amount, (before + after) / 2));
    }

    /// <summary>The median's share of its limit, and the goal if there is one.</summary>
    public string Text(string unit, string? goal)
    {
        (double amount, double limit) = Median();
        string text = string.Create(CultureInfo.InvariantCulture, $"{100 * amount / limit:F0} % of {limit / 1e9:F1} {unit}");
        return goal is null ? text : $"{text}; goal {goal}";
    }

    private (double Amount, double Limit) Median() => runs.OrderBy(run => run.Amount / run.Limit).ElementAt(runs.Count / 2);
}
