using Magma.Vision;

namespace Magma.Models.Processing;

/// <summary>How many square crops a picture is resized to and cut into.</summary>
/// <param name="Rows">Crops from top to bottom.</param>
/// <param name="Columns">Crops from left to right.</param>
public readonly record struct CropGrid(int Rows, int Columns)
{
    /// <summary>Crops in all.</summary>
    public int Count => Rows * Columns;

    /// <summary>
    /// The grid that keeps most of a picture's pixels, of those the one that wastes least, of those the first by columns, then rows.
    /// </summary>
    /// <param name="picture">Size of the picture.</param>
    /// <param name="side">Side of a crop in pixels.</param>
    /// <param name="maxCrops">The most crops, at least 1.</param>
    public static CropGrid Choose(PixelSize picture, int side, int maxCrops)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCrops, 1);
        var best = new CropGrid(1, 1);
        long bestKept = -1, leastWaste = long.MaxValue;
        for (int columns = 1; columns <= maxCrops; columns++)
        {
            for (int rows = 1; rows <= maxCrops / columns; rows++)
            {
                long width = (long)columns * side, height = (long)rows * side;
                // Double precision and truncation, as in the reference: they decide at some sizes.
                double scale = Math.Min((double)width / picture.Width, (double)height / picture.Height);
                long kept = Math.Min((long)(picture.Width * scale) * (long)(picture.Height * scale), picture.Area);
                long waste = (width * height) - kept;
                if (kept < bestKept || (kept == bestKept && waste >= leastWaste)) continue;
                (best, bestKept, leastWaste) = (new CropGrid(rows, columns), kept, waste);
            }
        }

        return best;
    }
}
