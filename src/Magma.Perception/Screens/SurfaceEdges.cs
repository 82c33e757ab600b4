using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Moves the sides of detected boxes to the edges that can be seen: where an area of even colour is nearly the detected box, the area's outline is the
/// element's, to the pixel.
/// </summary>
internal static class SurfaceEdges
{
    private const double NearlyTheSame = 0.4;

    // The faintest outline that still reads as one: light grey on white.
    private const double Step = 9;

    // Surfaces end inside their outline.
    private const double Outline = 2;
    private const int LeastSide = 8;

    // A circle fills 0.785 of its box.
    private const double LeastFill = 0.72;

    /// <summary>Fits boxes to the areas of a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="found">Boxes, in its pixels.</param>
    /// <returns>The same in the same order, some with other boxes.</returns>
    public static IReadOnlyList<DetectedIcon> Fit(Image image, IReadOnlyList<DetectedIcon> found)
    {
        if (found.Count == 0) return found;
        PixelBox[] surfaces =
        [
            .. image.FindSurfaces(Step, LeastSide).Where(region => region.Fill >= LeastFill)
                .Select(region => region.Box)
                .Select(box => new PixelBox(box.X1 - Outline, box.Y1 - Outline, box.X2 + Outline, box.Y2 + Outline).Clip(image.Size)),
        ];
        return [.. found.Select(one => one with { Box = Nearest(one.Box, surfaces) })];
    }

    private static PixelBox Nearest(PixelBox box, PixelBox[] surfaces)
    {
        (PixelBox best, double most) = (box, NearlyTheSame);
        foreach (PixelBox surface in surfaces)
        {
            double overlap = surface.IntersectionOverUnion(box);
            if (overlap > most) (best, most) = (surface, overlap);
        }

        return best;
    }
}
