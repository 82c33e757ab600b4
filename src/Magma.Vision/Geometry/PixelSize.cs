namespace Magma.Vision;

/// <summary>The size of a picture or of a region in whole pixels.</summary>
/// <param name="Width">Columns, in pixels; at least 0.</param>
/// <param name="Height">Rows, in pixels; at least 0.</param>
public readonly record struct PixelSize(int Width, int Height)
{
    /// <summary>Width times height, in pixels; does not overflow.</summary>
    public long Area => (long)Width * Height;

    /// <summary>The box that covers a picture of this size.</summary>
    public PixelBox ToBox() => new(0, 0, Width, Height);

    /// <inheritdoc/>
    public override string ToString() => $"{Width}×{Height}";
}
