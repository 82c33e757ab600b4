using System.Collections.Concurrent;
using System.Diagnostics;

namespace Magma.Annotation;

/// <summary>Adds up how long the stages of labelling take, over all workers. Safe for use from several threads at once.</summary>
public sealed class StageTimes
{
    private readonly ConcurrentDictionary<string, long> _ticks = new();

    /// <summary>Time per stage so far, by name.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Totals =>
        _ticks.ToDictionary(stage => stage.Key, stage => Stopwatch.GetElapsedTime(0, stage.Value));

    /// <summary>Does some work and adds its time to a stage.</summary>
    public T Time<T>(string stage, Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            long ticks = Stopwatch.GetTimestamp() - start;
            _ticks.AddOrUpdate(stage, ticks, (_, before) => before + ticks);
        }
    }

    /// <summary>Does some work and adds its time to a stage.</summary>
    public void Time(string stage, Action work) => Time(stage, () =>
    {
        work();
        return true;
    });
}
