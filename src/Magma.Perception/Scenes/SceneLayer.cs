using Magma.Vision;

namespace Magma.Perception.Scenes;

/// <summary>One flat surface of a made scene.</summary>
/// <param name="Texture">What it looks like, in its own units.</param>
/// <param name="Place">Where it is at a time in frames: from its own units to pixels.</param>
/// <param name="Shape">Which part of it there is, in its own units; null for all of it.</param>
/// <param name="Moves">Whether it moves by itself, and not only because the camera does.</param>
public sealed record SceneLayer(SceneTexture Texture, Func<double, Projective> Place, SceneShape? Shape, bool Moves);

/// <summary>A box or the ellipse inside a box.</summary>
/// <param name="Box">In the layer's units.</param>
/// <param name="IsRound">Whether it is the ellipse.</param>
public readonly record struct SceneShape(PixelBox Box, bool IsRound)
{
    /// <summary>Whether a point lies inside.</summary>
    public bool Contains(PixelPoint point)
    {
        if (!IsRound) return Box.Contains(point);
        double x = (point.X - Box.Center.X) / (Box.Width / 2), y = (point.Y - Box.Center.Y) / (Box.Height / 2);
        return x * x + y * y < 1;
    }
}
