namespace Magma.Vision;

/// <summary>A point as fractions of a picture: (0, 0) is its top left corner, (1, 1) its bottom right corner.</summary>
/// <param name="X">Fraction of the width; outside 0 to 1 for a point outside the picture.</param>
/// <param name="Y">Fraction of the height; outside 0 to 1 for a point outside the picture.</param>
public readonly record struct NormalizedPoint(double X, double Y)
{
    /// <summary>The same point in pixels of a picture of the given size, not rounded.</summary>
    public PixelPoint ToPixels(PixelSize size) => new(X * size.Width, Y * size.Height);
}
