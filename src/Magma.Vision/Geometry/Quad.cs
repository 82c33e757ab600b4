namespace Magma.Vision;

/// <summary>Four corners in pixels, named as the text or thing inside reads: a turned rectangle or a rectangle seen at an angle.</summary>
/// <param name="TopLeft">Where reading starts.</param>
/// <param name="TopRight">The end of the top edge.</param>
/// <param name="BottomRight">Opposite of the start.</param>
/// <param name="BottomLeft">The start of the bottom edge.</param>
public readonly record struct Quad(PixelPoint TopLeft, PixelPoint TopRight, PixelPoint BottomRight, PixelPoint BottomLeft)
{
    /// <summary>The smallest upright box around the corners.</summary>
    public PixelBox Bounds => new(
        Math.Min(Math.Min(TopLeft.X, TopRight.X), Math.Min(BottomRight.X, BottomLeft.X)),
        Math.Min(Math.Min(TopLeft.Y, TopRight.Y), Math.Min(BottomRight.Y, BottomLeft.Y)),
        Math.Max(Math.Max(TopLeft.X, TopRight.X), Math.Max(BottomRight.X, BottomLeft.X)),
        Math.Max(Math.Max(TopLeft.Y, TopRight.Y), Math.Max(BottomRight.Y, BottomLeft.Y)));

    /// <summary>Length of the longer one of the top and bottom edges, in pixels.</summary>
    public double Width => Math.Max(TopLeft.DistanceTo(TopRight), BottomLeft.DistanceTo(BottomRight));

    /// <summary>Length of the longer one of the left and right edges, in pixels.</summary>
    public double Height => Math.Max(TopLeft.DistanceTo(BottomLeft), TopRight.DistanceTo(BottomRight));

    /// <summary>The corners of an upright box.</summary>
    public static Quad FromBox(PixelBox box) =>
        new(new(box.X1, box.Y1), new(box.X2, box.Y1), new(box.X2, box.Y2), new(box.X1, box.Y2));
}
