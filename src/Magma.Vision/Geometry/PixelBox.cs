namespace Magma.Vision;

/// <summary>An axis-aligned box in pixels, as left, top, right and bottom edges; x to the right, y downwards.</summary>
/// <param name="X1">Left edge, in pixels.</param>
/// <param name="Y1">Top edge, in pixels.</param>
/// <param name="X2">Right edge, in pixels; a box with <c>X2 &lt;= X1</c> is empty.</param>
/// <param name="Y2">Bottom edge, in pixels; a box with <c>Y2 &lt;= Y1</c> is empty.</param>
public readonly record struct PixelBox(double X1, double Y1, double X2, double Y2)
{
    /// <summary>Horizontal extent in pixels; negative for an inverted box.</summary>
    public double Width => X2 - X1;

    /// <summary>Vertical extent in pixels; negative for an inverted box.</summary>
    public double Height => Y2 - Y1;

    /// <summary>Area in square pixels; 0 for an empty box.</summary>
    public double Area => IsEmpty ? 0 : Width * Height;

    /// <summary>Whether the box covers nothing.</summary>
    public bool IsEmpty => X2 <= X1 || Y2 <= Y1;

    /// <summary>The middle of the box.</summary>
    public PixelPoint Center => new((X1 + X2) / 2, (Y1 + Y2) / 2);

    /// <summary>A box from its top left corner and its extent, in pixels.</summary>
    public static PixelBox FromXywh(double x, double y, double width, double height) => new(x, y, x + width, y + height);

    /// <summary>The common part of two boxes; empty when they do not overlap.</summary>
    public PixelBox Intersect(PixelBox other) =>
        new(Math.Max(X1, other.X1), Math.Max(Y1, other.Y1), Math.Min(X2, other.X2), Math.Min(Y2, other.Y2));

    /// <summary>The smallest box that holds both.</summary>
    public PixelBox Union(PixelBox other) =>
        new(Math.Min(X1, other.X1), Math.Min(Y1, other.Y1), Math.Max(X2, other.X2), Math.Max(Y2, other.Y2));

    /// <summary>Intersection over union, from 0 to 1; 0 when both are empty.</summary>
    public double IntersectionOverUnion(PixelBox other)
    {
        double intersection = Intersect(other).Area;
        double union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }

    /// <summary>Whether a point lies inside; left and top edges count, right and bottom edges do not.</summary>
    public bool Contains(PixelPoint point) => point.X >= X1 && point.X < X2 && point.Y >= Y1 && point.Y < Y2;

    /// <summary>Whether another box lies wholly inside; touching edges count as inside.</summary>
    public bool Contains(PixelBox other) => other.X1 >= X1 && other.Y1 >= Y1 && other.X2 <= X2 && other.Y2 <= Y2;

    /// <summary>The part of the box inside a picture.</summary>
    public PixelBox Clip(PixelSize size) => Intersect(size.ToBox());

    /// <summary>The same box as fractions of a picture's width and height.</summary>
    /// <param name="size">The picture the box lies in; both sides at least 1.</param>
    public NormalizedBox Normalize(PixelSize size) =>
        new(X1 / size.Width, Y1 / size.Height, X2 / size.Width, Y2 / size.Height);
}
