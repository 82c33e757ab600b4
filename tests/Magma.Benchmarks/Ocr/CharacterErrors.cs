using Magma.Browser;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary>Counts the wrong characters of a page's recognised text against the text the browser laid out.</summary>
/// <param name="Errors">Insertions, deletions and substitutions.</param>
/// <param name="Characters">Characters of the truth.</param>
internal readonly record struct CharacterErrors(int Errors, int Characters)
{
    /// <summary>Errors per character of the truth.</summary>
    public double Rate => Characters == 0 ? 0 : (double)Errors / Characters;

    public static CharacterErrors operator +(CharacterErrors a, CharacterErrors b) => new(a.Errors + b.Errors, a.Characters + b.Characters);

    /// <summary>
    /// Compares without asking an engine to cut lines where the page does: truth and results that touch form a group, and within a group both are
    /// read row by row, left to right, and compared by edit distance.
    /// </summary>
    /// <param name="truth">The page's lines.</param>
    /// <param name="read">What an engine read, in the same pixels.</param>
    /// <param name="whiteSpace">Whether blanks count; when not, they are taken out of both sides.</param>
    public static CharacterErrors Count(IReadOnlyList<TextLine> truth, IReadOnlyList<(PixelBox Box, string Text)> read, bool whiteSpace) =>
        Groups(truth, read).Select(g => Count(Join(g.Truth, whiteSpace), Join(g.Read, whiteSpace))).Aggregate(default(CharacterErrors), (a, b) => a + b);

    /// <summary>The groups that differ, as pairs of texts; for a look at what goes wrong.</summary>
    public static IEnumerable<(string Truth, string Read)> Differences(IReadOnlyList<TextLine> truth, IReadOnlyList<(PixelBox Box, string Text)> read) =>
        Groups(truth, read).Select(g => (Join(g.Truth, true), Join(g.Read, true))).Where(pair => pair.Item1 != pair.Item2);

    private static List<(List<(PixelBox, string)> Truth, List<(PixelBox, string)> Read)> Groups(
        IReadOnlyList<TextLine> truth, IReadOnlyList<(PixelBox Box, string Text)> read)
    {
        var group = Enumerable.Range(0, truth.Count + read.Count).ToArray();
        int Find(int i) => group[i] == i ? i : group[i] = Find(group[i]);
        for (int t = 0; t < truth.Count; t++)
        {
            for (int r = 0; r < read.Count; r++)
            {
                double common = truth[t].Box.Intersect(read[r].Box).Area;
                if (common > 0.4 * Math.Min(truth[t].Box.Area, read[r].Box.Area))
                    group[Find(t)] = Find(truth.Count + r);
            }
        }
        return [.. Enumerable.Range(0, group.Length).GroupBy(Find).OrderBy(g => g.Min()).Select(g => (
            g.Where(i => i < truth.Count).Select(i => (truth[i].Box, truth[i].Text)).ToList(),
            g.Where(i => i >= truth.Count).Select(i => read[i - truth.Count]).ToList()))];
    }

    private static string Join(List<(PixelBox Box, string Text)> parts, bool whiteSpace)
    {
        var rows = new List<List<(PixelBox Box, string Text)>>();
        foreach (var part in parts.OrderBy(p => p.Box.Center.Y))
        {
            List<(PixelBox Box, string Text)>? row = rows.Count > 0 ? rows[^1] : null;
            if (row is not null && part.Box.Center.Y - row.Average(p => p.Box.Center.Y) < 0.5 * Math.Min(part.Box.Height, row.Min(p => p.Box.Height)))
                row.Add(part);
            else
                rows.Add([part]);
        }
        string text = string.Join(' ', rows.SelectMany(row => row.OrderBy(p => p.Box.X1)).Select(p => p.Text.Trim()));
        return whiteSpace ? text : text.Replace(" ", "", StringComparison.Ordinal);
    }

    private static CharacterErrors Count(string truth, string read)
    {
        int[] row = [.. Enumerable.Range(0, read.Length + 1)];
        for (int i = 1; i <= truth.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= read.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (truth[i - 1] == read[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return new(row[read.Length], truth.Length);
    }
}
