using Magma.Vision;

namespace Magma.Annotation.Inspection;

/// <summary>A mark that both versions have, somewhat elsewhere.</summary>
public sealed record MovedMark(SampleMark Old, SampleMark New)
{
    /// <summary>The largest distance that an edge (or, on average, a point of the path) moved, in pixels.</summary>
    public double Distance => MarkDiff.Distance(Old, New);
}

/// <summary>How the marks of one picture differ between two labellers. Numbers do not count: a mark is where it is.</summary>
/// <param name="Added">Marks that only the new version has.</param>
/// <param name="Lost">Marks that only the old version has.</param>
/// <param name="Moved">Marks that both have, at different places.</param>
/// <param name="Same">How many both have at one place.</param>
public sealed record MarkDiff(IReadOnlyList<SampleMark> Added, IReadOnlyList<SampleMark> Lost, IReadOnlyList<MovedMark> Moved, int Same)
{
    /// <summary>Boxes that overlap at least this much (intersection over union) are one mark.</summary>
    public const double SameMark = 0.5;

    /// <summary>Traced points that start within this distance of each other, in pixels, are one mark.</summary>
    public const double SamePoint = 8;

    /// <summary>A mark whose edges all stay within this distance, in pixels, has not moved.</summary>
    public const double Still = 1;

    /// <summary>How many marks differ.</summary>
    public int Count => Added.Count + Lost.Count + Moved.Count;

    /// <summary>
    /// Compares two lists of marks. Marks are paired by overlap, best first; what is left is paired by a text that stands once on either
    /// side, so that a control that went elsewhere counts as moved.
    /// </summary>
    public static MarkDiff Between(IReadOnlyList<SampleMark> old, IReadOnlyList<SampleMark> @new)
    {
        int[] partner = [.. Enumerable.Repeat(-1, old.Count)];
        bool[] taken = new bool[@new.Count];
        var candidates = new List<(double Score, int Old, int New)>();
        for (int i = 0; i < old.Count; i++)
        {
            for (int j = 0; j < @new.Count; j++)
            {
                if (Score(old[i], @new[j]) is { } score) candidates.Add((score, i, j));
            }
        }

        foreach ((_, int i, int j) in candidates.OrderByDescending(candidate => candidate.Score).ThenBy(c => c.Old).ThenBy(c => c.New))
            Pair(i, j);
        PairByText(old, @new, partner, taken, Pair);

        void Pair(int i, int j)
        {
            if (partner[i] >= 0 || taken[j]) return;
            partner[i] = j;
            taken[j] = true;
        }

        MovedMark[] pairs =
            [.. Enumerable.Range(0, old.Count).Where(i => partner[i] >= 0).Select(i => new MovedMark(old[i], @new[partner[i]]))];
        MovedMark[] moved = [.. pairs.Where(pair => pair.Distance > Still)];
        return new MarkDiff(
            [.. @new.Where((_, j) => !taken[j])], [.. old.Where((_, i) => partner[i] < 0)], moved, pairs.Length - moved.Length);
    }

    internal static double Distance(SampleMark old, SampleMark @new)
    {
        if (old.Box is { } a && @new.Box is { } b)
        {
            return Math.Max(
                Math.Max(Math.Abs(a.X1 - b.X1), Math.Abs(a.Y1 - b.Y1)), Math.Max(Math.Abs(a.X2 - b.X2), Math.Abs(a.Y2 - b.Y2)));
        }

        if (old.Path.Count != @new.Path.Count || old.Path.Count == 0) return double.PositiveInfinity;
        return old.Path.Zip(@new.Path, Apart).Average();
    }

    private static double? Score(SampleMark old, SampleMark @new)
    {
        if (old.Box is { } a && @new.Box is { } b) return a.IntersectionOverUnion(b) is >= SameMark and var overlap ? overlap : null;
        if (old.Path.Count == 0 || @new.Path.Count == 0) return null;
        return Apart(old.Path[0], @new.Path[0]) is <= SamePoint and var distance ? -distance : null;
    }

    private static double Apart(PixelPoint one, PixelPoint other) =>
        Math.Sqrt((one.X - other.X) * (one.X - other.X) + (one.Y - other.Y) * (one.Y - other.Y));

    private static void PairByText(
        IReadOnlyList<SampleMark> old, IReadOnlyList<SampleMark> @new, int[] partner, bool[] taken, Action<int, int> pair)
    {
        ILookup<string, int> left = Enumerable.Range(0, old.Count).Where(i => partner[i] < 0 && old[i].Text is not null).ToLookup(i => old[i].Text!);
        ILookup<string, int> right = Enumerable.Range(0, @new.Count).Where(j => !taken[j] && @new[j].Text is not null).ToLookup(j => @new[j].Text!);
        foreach (IGrouping<string, int> group in left)
        {
            if (group.Count() == 1 && right[group.Key].Count() == 1) pair(group.Single(), right[group.Key].Single());
        }
    }
}
