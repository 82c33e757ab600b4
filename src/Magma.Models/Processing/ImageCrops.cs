namespace Magma.Models.Processing;

/// <summary>A picture as the vision tower takes it.</summary>
/// <param name="Grid">How many crops; row by row in <paramref name="Pixels"/>.</param>
/// <param name="Side">Side of a crop in pixels.</param>
/// <param name="Pixels">Normalised values, shape (crops, 3, side, side).</param>
public sealed record ImageCrops(CropGrid Grid, int Side, float[] Pixels)
{
    /// <summary>
    /// Visual tokens that stand for the picture: a feature a 32nd of the side, and a separator at the end of every feature row.
    /// </summary>
    public int TokenCount => TokensOf(Grid, Side);

    /// <summary>Visual tokens of a picture with a grid of crops.</summary>
    /// <param name="grid">The crops.</param>
    /// <param name="side">Side of a crop in pixels.</param>
    public static int TokensOf(CropGrid grid, int side) => grid.Rows * (side / 32) * ((grid.Columns * (side / 32)) + 1);
}
