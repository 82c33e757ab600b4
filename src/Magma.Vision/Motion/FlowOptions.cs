namespace Magma.Vision;

/// <summary>Settings of pyramidal Lucas-Kanade flow (Bouguet 2000, "Pyramidal implementation of the Lucas Kanade tracker").</summary>
public sealed record FlowOptions
{
    /// <summary>The default settings: those that point trackers over video commonly use.</summary>
    public static FlowOptions Default { get; } = new();

    /// <summary>Side of the square of pixels compared around a point, on every level; 3 to 255.</summary>
    public int Window { get; init; } = 21;

    /// <summary>Levels above the full picture, each half as large; 0 to 16. Small pictures get fewer.</summary>
    public int Levels { get; init; } = 3;

    /// <summary>The most steps of refinement on a level; 1 to 100.</summary>
    public int Iterations { get; init; } = 30;

    /// <summary>Refinement on a level stops at a step shorter than this, in pixels of the level.</summary>
    public double Epsilon { get; init; } = 0.01;

    /// <summary>
    /// A point whose gradient matrix has a smaller least eigenvalue, divided by the number of pixels in the window, is lost: there is
    /// nothing to hold on to.
    /// </summary>
    public double MinEigenvalue { get; init; } = 1e-4;

    internal void Validate()
    {
        if (Window is < 3 or > 255 || Levels is < 0 or > 16 || Iterations is < 1 or > 100 || !(Epsilon >= 0) || !(MinEigenvalue >= 0))
        {
            throw new ArgumentException(
                $"flow takes a window of 3 to 255, 0 to 16 levels, 1 to 100 iterations and no negative bounds, not {this}");
        }
    }
}
