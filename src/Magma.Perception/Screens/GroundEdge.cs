using Magma.Vision;

namespace Magma.Perception;

/// <summary>Follows one row of pixels to where its even ground ends.</summary>
internal static class GroundEdge
{
    private const int Noise = 6;

    /// <summary>Finds the first of the pixels that differ from a ground for so long that they are no arrow or badge on it.</summary>
    /// <param name="image">The screen.</param>
    /// <param name="from">Column to start from, within the screen.</param>
    /// <param name="y">Row of pixels, within the screen.</param>
    /// <param name="step">1 to the right, -1 to the left.</param>
    /// <param name="reach">Pixels to look at beyond <paramref name="from"/>.</param>
    /// <param name="groundAt">Column whose pixel has the ground's colour.</param>
    /// <param name="outside">Pixels in a row, at least 1, that must differ.</param>
    /// <returns>The last column of the ground; null where it does not end within reach. The screen's border is an end.</returns>
    public static int? Find(Image image, int from, int y, int step, int reach, int groundAt, int outside)
    {
        ReadOnlySpan<byte> line = image.Pixels.Slice(y * image.Width * 3, image.Width * 3);
        int differs = 0;
        for (int moved = 0; moved <= reach; moved++)
        {
            int x = from + (step * moved);
            int difference = 0;
            for (int channel = 0; channel < 3; channel++)
                difference = Math.Max(difference, Math.Abs(line[(3 * x) + channel] - line[(3 * groundAt) + channel]));
            differs = difference > Noise ? differs + 1 : 0;
            if (differs == outside) return x - (step * outside);
            if (x == 0 || x == image.Width - 1) return x;
        }

        return null;
    }
}
