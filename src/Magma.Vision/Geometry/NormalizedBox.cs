namespace Magma.Vision;

/// <summary>An axis-aligned box as fractions of a picture: edges at 0 and 1 are the picture's own.</summary>
/// <param name="X1">Left edge, fraction of the width.</param>
/// <param name="Y1">Top edge, fraction of the height.</param>
/// <param name="X2">Right edge, fraction of the width.</param>
/// <param name="Y2">Bottom edge, fraction of the height.</param>
public readonly record struct NormalizedBox(double X1, double Y1, double X2, double Y2)
{
    /// <summary>The middle of the box.</summary>
    public NormalizedPoint Center => new((X1 + X2) / 2, (Y1 + Y2) / 2);

    /// <summary>The same box in pixels of a picture of the given size, not rounded.</summary>
    public PixelBox ToPixels(PixelSize size) => new(X1 * size.Width, Y1 * size.Height, X2 * size.Width, Y2 * size.Height);
}
