using Magma.Vision;

namespace Magma.Data;

/// <summary>Where a label was put.</summary>
/// <param name="Label">The label's rectangle, in pixels.</param>
/// <param name="Corner">
/// Which of the eight places: 0 above the top left, 1 above the top right, 2 right of the top, 3 right of the bottom, 4 below the bottom
/// right, 5 below the bottom left, 6 left of the bottom, 7 left of the top.
/// </param>
/// <param name="Costs">The cost of each of the eight places; null for one that is not wholly inside the picture.</param>
public readonly record struct LabelPlace(PixelBox Label, int Corner, IReadOnlyList<double?> Costs);

/// <summary>
/// Finds the place of a label around its box (the released UI code's variant of Algorithm 1 of the Magma paper, arXiv 2502.13130).
/// </summary>
public static class LabelPlacement
{
    private const double DistanceWeight = 0.0001;
    private const int Places = 8;

    /// <summary>
    /// Chooses the cheapest of eight places around a box, the first one among equals. The cost of a place is the largest value of
    /// (common area in square pixels − 0.0001 × distance between the nearest corners in pixels) over all obstacles, so a place that
    /// overlaps nothing and lies far from its neighbours wins. Places that reach over the picture's edge do not count; when all do, the
    /// first is taken.
    /// </summary>
    /// <param name="box">The box to be labelled, in pixels.</param>
    /// <param name="label">The size of the label, in pixels.</param>
    /// <param name="obstacles">The other boxes and the labels that are placed already, in pixels.</param>
    /// <param name="image">The size of the picture.</param>
    public static LabelPlace Choose(PixelBox box, PixelSize label, IReadOnlyList<PixelBox> obstacles, PixelSize image)
    {
        var costs = new double?[Places];
        int best = -1;
        for (int corner = 0; corner < Places; corner++)
        {
            PixelBox place = Place(box, label, corner);
            if (place.X1 < 0 || place.Y1 < 0 || place.X2 > image.Width || place.Y2 > image.Height) continue;
            double cost = -(image.Width + image.Height);
            foreach (PixelBox obstacle in obstacles)
            {
                cost = Math.Max(cost, place.Intersect(obstacle).Area - (DistanceWeight * NearestCorners(place, obstacle)));
            }

            costs[corner] = cost;
            if (best < 0 || cost < costs[best]) best = corner;
        }

        best = Math.Max(best, 0);
        return new LabelPlace(Place(box, label, best), best, costs);
    }

    private static PixelBox Place(PixelBox box, PixelSize label, int corner)
    {
        (double top, double left) = corner switch
        {
            0 => (box.Y1 - label.Height, box.X1),
            1 => (box.Y1 - label.Height, box.X2 - label.Width),
            2 => (box.Y1, box.X2),
            3 => (box.Y2 - label.Height, box.X2),
            4 => (box.Y2, box.X2 - label.Width),
            5 => (box.Y2, box.X1),
            6 => (box.Y2 - label.Height, box.X1 - label.Width),
            _ => (box.Y1, box.X1 - label.Width),
        };
        return PixelBox.FromXywh(left, top, label.Width, label.Height);
    }

    private static double NearestCorners(PixelBox one, PixelBox other)
    {
        double across = NearestEdges(one.X1, one.X2, other.X1, other.X2);
        double down = NearestEdges(one.Y1, one.Y2, other.Y1, other.Y2);
        return Math.Sqrt((across * across) + (down * down));
    }

    // Corners are all pairs of edges, so the nearest corners are the nearest edges in each direction.
    private static double NearestEdges(double start, double end, double otherStart, double otherEnd) => Math.Min(
        Math.Min(Math.Abs(start - otherStart), Math.Abs(start - otherEnd)),
        Math.Min(Math.Abs(end - otherStart), Math.Abs(end - otherEnd)));
}
