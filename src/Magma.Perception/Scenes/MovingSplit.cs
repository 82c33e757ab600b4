using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Scenes;

/// <summary>How well the points that a labeller calls moving are those that move by themselves.</summary>
/// <param name="Hits">Moving ones that it calls moving.</param>
/// <param name="Wrong">Still ones that it calls moving.</param>
/// <param name="Missed">Moving ones that it calls still.</param>
public readonly record struct MovingSplit(int Hits, int Wrong, int Missed)
{
    /// <summary>Harmonic mean of precision and recall; no number where nothing moves and nothing is called so.</summary>
    public double F1 => 2.0 * Hits / (2 * Hits + Wrong + Missed);

    /// <summary>Compares lengths of motion with a scene's truth.</summary>
    /// <param name="scene">Whose points were followed.</param>
    /// <param name="starts">Where each point began, in the scene's pixels.</param>
    /// <param name="settings">Whose threshold tells moving from still.</param>
    /// <param name="lengths">How far each point goes in a step once the camera's motion is removed, in pixels.</param>
    public static MovingSplit Measure(Scene scene, IEnumerable<PixelPoint> starts, TraceSettings settings, float[] lengths)
    {
        int hits = 0, wrong = 0, missed = 0;
        foreach ((PixelPoint start, float length) in starts.Zip(lengths))
        {
            bool moves = scene.Moves(start), said = length > settings.ForegroundThreshold;
            hits += moves && said ? 1 : 0;
            wrong += !moves && said ? 1 : 0;
            missed += moves && !said ? 1 : 0;
        }

        return new MovingSplit(hits, wrong, missed);
    }
}
