namespace Magma.Vision;

/// <summary>A point in pixels: x to the right, y downwards, the origin at the top left corner of the top left pixel.</summary>
/// <param name="X">Column, in pixels; may lie between pixels or outside the picture.</param>
/// <param name="Y">Row, in pixels; may lie between pixels or outside the picture.</param>
public readonly record struct PixelPoint(double X, double Y)
{
    /// <summary>The same point as fractions of a picture's width and height.</summary>
    /// <param name="size">The picture the point lies in; both sides at least 1.</param>
    public NormalizedPoint Normalize(PixelSize size) => new(X / size.Width, Y / size.Height);

    /// <summary>The Euclidean distance to another point, in pixels.</summary>
    public double DistanceTo(PixelPoint other) => Math.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y));
}
