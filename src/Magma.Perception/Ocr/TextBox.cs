using Magma.Vision;

namespace Magma.Perception;

/// <summary>A line of text that was read from a picture.</summary>
/// <param name="Quad">Its corners, in pixels of the picture.</param>
/// <param name="Text">What it says; never empty.</param>
/// <param name="Score">The mean probability of its characters, 0 to 1.</param>
public sealed record TextBox(Quad Quad, string Text, double Score)
{
    /// <summary>The upright box around it, in pixels of the picture.</summary>
    public PixelBox Box => Quad.Bounds;
}
