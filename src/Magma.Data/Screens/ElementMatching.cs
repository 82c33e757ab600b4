using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// Finds the elements of one picture of a screen again on the next. In turn, each step among what the earlier ones left over: the same kind and
/// text, moved as the texts near by moved (not at all, or scrolled); the same kind and text anywhere, nearest first; the same kind in the same place
/// with another text; nearly the same box of another kind.
/// </summary>
public static class ElementMatching
{
    private const double SamePlace = 0.5;
    private const double SameBox = 0.8;

    // Steps of a movement, in pixels: boxes of detectors tremble by one or two.
    private const double Grain = 4;

    // A movement that fewer things made is chance.
    private const int LeastMoved = 3;
    private const int MostMovements = 8;

    /// <summary>Matches two pictures' elements one to one; the result depends on the lists alone.</summary>
    /// <param name="before">The elements of the earlier picture.</param>
    /// <param name="after">The elements of the later one.</param>
    /// <returns>Per later element the index of the earlier one that it was; null for what is new.</returns>
    public static IReadOnlyList<int?> Match(IReadOnlyList<ScreenElement> before, IReadOnlyList<ScreenElement> after)
    {
        var found = new int?[after.Count];
        var taken = new bool[before.Count];

        // The pair with the highest score first; a score of 0 is no pair.
        void Pair(Func<int, int, double> score)
        {
            var pairs = new List<(double Score, int Before, int After)>();
            for (int late = 0; late < after.Count; late++)
            {
                if (found[late] is not null) continue;
                for (int early = 0; early < before.Count; early++)
                {
                    if (!taken[early] && score(early, late) is > 0 and double value) pairs.Add((value, early, late));
                }
            }

            foreach ((_, int early, int late) in pairs.OrderByDescending(pair => pair.Score).ThenBy(pair => pair.After).ThenBy(pair => pair.Before))
            {
                if (taken[early] || found[late] is not null) continue;
                (taken[early], found[late]) = (true, early);
            }
        }

        Movement[] movements = [.. Movements(before, after)];
        double[][] near = [.. after.Select(element => movements.Select(movement => movement.Near(element.Box)).ToArray())];
        Pair((early, late) => !Same(before[early], after[late])
            ? 0
            : movements.Select((movement, index) => near[late][index] * Overlap(movement.Apply(before[early].Box), after[late].Box, SamePlace)).Max());
        Pair((early, late) => Same(before[early], after[late]) && after[late].Text is not null
            ? 1 / (1 + before[early].Box.Center.DistanceTo(after[late].Box.Center))
            : 0);
        Pair((early, late) => before[early].Kind == after[late].Kind ? Overlap(before[early].Box, after[late].Box, SamePlace) : 0);
        Pair((early, late) => Overlap(before[early].Box, after[late].Box, SameBox));
        return found;
    }

    private static bool Same(ScreenElement one, ScreenElement other) => one.Kind == other.Kind && one.Text == other.Text;

    private static double Overlap(PixelBox one, PixelBox other, double least) =>
        one.IntersectionOverUnion(other) is { } share && share >= least ? share : 0;

    // What moves together shows by texts that stand once on both pictures; several areas may have moved differently.
    private static IEnumerable<Movement> Movements(IReadOnlyList<ScreenElement> before, IReadOnlyList<ScreenElement> after)
    {
        Dictionary<(ElementKind, string), PixelBox> early = Once(before), late = Once(after);
        return early.Where(one => late.ContainsKey(one.Key))
            .Select(one => (X: late[one.Key].X1 - one.Value.X1, Y: late[one.Key].Y1 - one.Value.Y1, At: late[one.Key].Center))
            .GroupBy(moved => (Math.Round(moved.X / Grain), Math.Round(moved.Y / Grain)))
            .Where(group => group.Count() >= LeastMoved)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(MostMovements)
            .Select(group => new Movement(
                Middle(group.Select(moved => moved.X)), Middle(group.Select(moved => moved.Y)), [.. group.Select(moved => moved.At)]))
            .Append(new Movement(0, 0, []));
    }

    private static Dictionary<(ElementKind, string), PixelBox> Once(IEnumerable<ScreenElement> elements) => elements
        .Where(element => element.Text is not null).GroupBy(element => (element.Kind, element.Text!)).Where(group => group.Count() == 1)
        .ToDictionary(group => group.Key, group => group.First().Box);

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed record Movement(double X, double Y, PixelPoint[] Anchors)
    {
        // Things of one row move together more surely than things of one column.
        private const double Upright = 4;

        public PixelBox Apply(PixelBox box) => new(box.X1 + X, box.Y1 + Y, box.X2 + X, box.Y2 + Y);

        public double Near(PixelBox box)
        {
            double least = Anchors.Length == 0 ? 1e9 : Anchors.Min(at => Math.Abs(at.X - box.Center.X) + (Upright * Math.Abs(at.Y - box.Center.Y)));
            return 1 / (1 + least);
        }
    }
}
