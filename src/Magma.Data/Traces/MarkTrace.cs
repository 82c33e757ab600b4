namespace Magma.Data;

/// <summary>What became of one foreground mark on its way into the answer.</summary>
public enum MarkVerdict
{
    /// <summary>Its trace is in the answer.</summary>
    Written,

    /// <summary>Too little of the trace is left after points that stand still or lie outside the picture were taken out.</summary>
    TooFewPoints,

    /// <summary>One kept point or none: no speed can be measured.</summary>
    NoSpeed,

    /// <summary>Slower than the least speed.</summary>
    TooSlow,
}

/// <summary>
/// The trace of one mark in grid units, with what was kept of it (section 3.3 of the paper; the released training code for the rules).
/// </summary>
/// <param name="Number">The mark's number, from 1.</param>
/// <param name="Grid">The whole trace in grid units: Q · x / width, Q · y / height.</param>
/// <param name="KeptAfterDistance">The points at least the least distance away from the last kept one.</param>
/// <param name="Kept">Of these the points with both coordinates above 0.</param>
/// <param name="Speed">Mean step length of <paramref name="Kept"/> in grid units; NaN with one point or none.</param>
/// <param name="Verdict">Whether the trace is written.</param>
public sealed record MarkTrace(
    int Number, TracePoint[] Grid, TracePoint[] KeptAfterDistance, TracePoint[] Kept, float Speed, MarkVerdict Verdict)
{
    /// <summary>Quantises and filters the trace of one mark.</summary>
    /// <param name="mark">The mark; its path is in pixels.</param>
    /// <param name="selection">Where the mark comes from.</param>
    /// <param name="settings">Grid, distances and limits.</param>
    public static MarkTrace Of(TraceMark mark, TraceSelected selection, TraceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(mark);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(settings);
        TracePoint[] grid = ToGrid(mark.Path, selection.Size, settings.QuantizationGrid);
        TracePoint[] apart = KeepApart(grid, settings.PointDistance);
        TracePoint[] kept = [.. apart.Where(point => point.X > 0 && point.Y > 0)];
        float speed = MeanStep(kept);
        MarkVerdict verdict =
            settings.NeedsQuarterOfSteps && kept.Length <= selection.FutureSteps / 4 ? MarkVerdict.TooFewPoints
            : float.IsNaN(speed) ? MarkVerdict.NoSpeed
            : speed < settings.LeastSpeed ? MarkVerdict.TooSlow
            : MarkVerdict.Written;
        return new MarkTrace(mark.Number, grid, apart, kept, speed, verdict);
    }

    /// <summary>Pixels to grid units.</summary>
    public static TracePoint[] ToGrid(ReadOnlySpan<TracePoint> path, Vision.PixelSize size, int quantizationGrid)
    {
        var grid = new TracePoint[path.Length];
        for (int i = 0; i < grid.Length; i++)
        {
            grid[i] = new TracePoint(quantizationGrid * path[i].X / size.Width, quantizationGrid * path[i].Y / size.Height);
        }

        return grid;
    }

    /// <summary>
    /// Walks along a trace and keeps a point only when it is at least <paramref name="distance"/> away from the last kept one.
    /// </summary>
    public static TracePoint[] KeepApart(ReadOnlySpan<TracePoint> trace, double distance)
    {
        var kept = new List<TracePoint>(trace.Length);
        foreach (TracePoint point in trace)
        {
            if (kept.Count == 0 || point.DistanceTo(kept[^1]) >= distance) kept.Add(point);
        }

        return [.. kept];
    }

    /// <summary>Mean distance between neighbouring points, in their unit; NaN for one point or none.</summary>
    public static float MeanStep(ReadOnlySpan<TracePoint> trace)
    {
        if (trace.Length < 2) return float.NaN;
        double sum = 0;
        for (int i = 1; i < trace.Length; i++) sum += trace[i].DistanceTo(trace[i - 1]);
        return (float)(sum / (trace.Length - 1));
    }

    /// <summary>The trace as it is written: the filtered one when still points are removed, else the whole one.</summary>
    public TracePoint[] Written(bool removesStaticPoints) => removesStaticPoints ? Kept : Grid;
}
