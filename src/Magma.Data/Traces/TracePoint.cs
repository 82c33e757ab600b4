namespace Magma.Data;

/// <summary>
/// One point of a trace, in pixels or in grid units (the member that holds it says which). Single precision, because quantised answers must
/// equal those of the reference, which computes in it.
/// </summary>
public readonly record struct TracePoint(float X, float Y)
{
    /// <summary>The Euclidean distance to another point, in the unit of both.</summary>
    public float DistanceTo(TracePoint other) => MathF.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y));
}
