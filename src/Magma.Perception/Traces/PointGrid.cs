using Magma.Vision;

namespace Magma.Perception;

/// <summary>The points that are followed when nothing is known about a picture.</summary>
public static class PointGrid
{
    /// <summary>The middles of side × side equal cells, row by row from the top, in pixels.</summary>
    /// <param name="size">The picture.</param>
    /// <param name="side">Cells per side, at least 1.</param>
    public static PixelPoint[] Over(PixelSize size, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        var points = new PixelPoint[side * side];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = new PixelPoint((i % side + 0.5) * size.Width / side, (i / side + 0.5) * size.Height / side);
        }

        return points;
    }
}
