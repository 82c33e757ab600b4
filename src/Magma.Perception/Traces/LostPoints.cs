using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Guesses where points that are not seen have gone: they move with the points that moved as they did while they were seen, and were near.
/// So a point that leaves the picture with the background goes on with the background, and one on a thing goes on with the thing.
/// </summary>
internal static class LostPoints
{
    private const int Companions = 8;
    private const int FewestCompanions = 3;
    private const int History = 5;
    private const double Near = 60;
    private const double Alike = 0.7;

    /// <summary>Sets the places of all points that are not alive at a step from those at the step before.</summary>
    /// <param name="steps">Places of all points at every step so far; the last entry is changed.</param>
    /// <param name="lastSeen">The last step at which each point was seen.</param>
    public static void Carry(IReadOnlyList<PixelPoint[]> steps, int[] lastSeen)
    {
        int now = steps.Count - 1;
        PixelPoint[] from = steps[now - 1], to = steps[now];
        int[] seen = [.. Enumerable.Range(0, to.Length).Where(i => lastSeen[i] == now)];
        for (int i = 0; i < to.Length; i++)
        {
            if (lastSeen[i] < now && lastSeen[i] >= 0) to[i] = Expect(steps, lastSeen[i], i, seen) ?? from[i];
        }
    }

    /// <summary>Where a point is at the last step if it goes on with those that moved as it did; null with too few of these.</summary>
    /// <param name="steps">Places of all points at every step so far.</param>
    /// <param name="lastSeen">The step up to which the point's own motion tells whom it moved with.</param>
    /// <param name="i">The point.</param>
    /// <param name="others">Points whose places at the last step are known, without the point itself.</param>
    public static PixelPoint? Expect(IReadOnlyList<PixelPoint[]> steps, int lastSeen, int i, ReadOnlySpan<int> others)
    {
        Span<(double Cost, int Point)> best = stackalloc (double, int)[Companions];
        int count = 0;
        foreach (int j in others)
        {
            double cost = Cost(steps, lastSeen, i, j);
            if (count == Companions && cost >= best[count - 1].Cost) continue;
            int at = count < Companions ? count++ : count - 1;
            for (; at > 0 && best[at - 1].Cost > cost; at--) best[at] = best[at - 1];
            best[at] = (cost, j);
        }

        return count < FewestCompanions ? null : Move(steps[^2], steps[^1], best[..count], steps[^2][i]);
    }

    private static double Cost(IReadOnlyList<PixelPoint[]> steps, int lastSeen, int i, int j)
    {
        double dx = steps[lastSeen][i].X - steps[lastSeen][j].X, dy = steps[lastSeen][i].Y - steps[lastSeen][j].Y;
        double cost = (dx * dx + dy * dy) / (Near * Near);
        for (int step = lastSeen; step > Math.Max(0, lastSeen - History); step--)
        {
            double mx = steps[step][i].X - steps[step - 1][i].X - steps[step][j].X + steps[step - 1][j].X;
            double my = steps[step][i].Y - steps[step - 1][i].Y - steps[step][j].Y + steps[step - 1][j].Y;
            cost += (mx * mx + my * my) / (Alike * Alike);
        }

        return cost;
    }

    // The turn, scale and shift that fit the companions best (least squares, Umeyama 1991), weighted by how good companions they are.
    private static PixelPoint Move(PixelPoint[] from, PixelPoint[] to, ReadOnlySpan<(double Cost, int Point)> companions, PixelPoint point)
    {
        double weights = 0, fx = 0, fy = 0, tx = 0, ty = 0;
        foreach ((double cost, int j) in companions)
        {
            double weight = 1 / (0.5 + cost);
            weights += weight;
            fx += weight * from[j].X;
            fy += weight * from[j].Y;
            tx += weight * to[j].X;
            ty += weight * to[j].Y;
        }

        (fx, fy, tx, ty) = (fx / weights, fy / weights, tx / weights, ty / weights);
        double same = 0, cross = 0, spread = 0;
        foreach ((double cost, int j) in companions)
        {
            double weight = 1 / (0.5 + cost);
            double ax = from[j].X - fx, ay = from[j].Y - fy, bx = to[j].X - tx, by = to[j].Y - ty;
            same += weight * (ax * bx + ay * by);
            cross += weight * (ax * by - ay * bx);
            spread += weight * (ax * ax + ay * ay);
        }

        double c = spread > 0 ? same / spread : 1, s = spread > 0 ? cross / spread : 0;
        // Companions in a heap tell nothing about turning.
        if (spread < weights * 25 || Math.Abs(c - 1) > 0.2 || Math.Abs(s) > 0.2) (c, s) = (1, 0);
        double x = point.X - fx, y = point.Y - fy;
        return new PixelPoint(tx + c * x - s * y, ty + s * x + c * y);
    }
}
