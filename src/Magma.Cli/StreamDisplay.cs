using System.Diagnostics;
using System.Globalization;

namespace Magma.Cli;

/// <summary>Tells on standard error how far a command is that reads a stream of unknown length, and what it could not read.</summary>
internal sealed class StreamDisplay(string unit)
{
    private const int PrintedProblems = 20;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private TimeSpan next = BetweenLines;

    public long Count { get; private set; }

    public long Problems { get; private set; }

    /// <summary>Passes a stream through and counts it.</summary>
    public IEnumerable<T> Watch<T>(IEnumerable<T> items)
    {
        foreach (T item in items)
        {
            yield return item;
            Tick();
        }
    }

    /// <summary>Counts one.</summary>
    public void Tick()
    {
        lock (gate)
        {
            Count++;
            if (watch.Elapsed < next) return;
            next = watch.Elapsed + BetweenLines;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Count:N0} {unit}, {Count / watch.Elapsed.TotalSeconds:N0} a second"));
        }
    }

    /// <summary>Prints a problem; after the first twenty they are only counted.</summary>
    public void Problem(string message)
    {
        lock (gate)
        {
            if (++Problems <= PrintedProblems) Console.Error.WriteLine($"warning: {message}");
            if (Problems == PrintedProblems) Console.Error.WriteLine("warning: further problems are only counted");
        }
    }
}
