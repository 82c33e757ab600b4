using Magma.Vision;

namespace Magma.Data;

/// <summary>What holds what on a screen, and the order in which it is read.</summary>
public static class ScreenLayout
{
    // Of an element's area that must lie inside another one: boxes of detectors stick out by a pixel or two.
    private const double Inside = 0.9;

    /// <summary>
    /// Per element the index of the smallest larger one that holds at least 90 % of it; null where none does. Of equal boxes the earlier one holds
    /// the later.
    /// </summary>
    /// <param name="elements">The elements of one screen.</param>
    public static IReadOnlyList<int?> Parents(IReadOnlyList<ScreenElement> elements)
    {
        int[] bySize = [.. Enumerable.Range(0, elements.Count).OrderBy(index => elements[index].Box.Area).ThenByDescending(index => index)];
        var parents = new int?[elements.Count];
        for (int at = 0; at < bySize.Length; at++)
        {
            PixelBox box = elements[bySize[at]].Box;
            for (int outer = at + 1; outer < bySize.Length && parents[bySize[at]] is null; outer++)
            {
                if (box.Intersect(elements[bySize[outer]].Box).Area >= Inside * box.Area && box.Area > 0) parents[bySize[at]] = bySize[outer];
            }
        }

        return parents;
    }

    /// <summary>
    /// The indexes of the elements as one reads them: rows from the top, within a row from the left; what an element holds follows it, in the same
    /// order. Two elements are in a row when their centres are less than half the lower one's height apart.
    /// </summary>
    /// <param name="elements">The elements of one screen.</param>
    /// <param name="parents">What <see cref="Parents"/> gave for them.</param>
    public static IReadOnlyList<int> ReadingOrder(IReadOnlyList<ScreenElement> elements, IReadOnlyList<int?> parents)
    {
        ILookup<int, int> children = Enumerable.Range(0, elements.Count).ToLookup(index => parents[index] ?? -1);
        var order = new List<int>(elements.Count);
        // Depth first without recursion: nesting comes from data.
        var open = new Stack<int>(Rows(elements, children[-1]).Reverse());
        while (open.TryPop(out int index))
        {
            order.Add(index);
            foreach (int child in Rows(elements, children[index]).Reverse()) open.Push(child);
        }

        return order;
    }

    private static IEnumerable<int> Rows(IReadOnlyList<ScreenElement> elements, IEnumerable<int> indexes)
    {
        var rows = new List<List<int>>();
        foreach (int index in indexes.OrderBy(index => elements[index].Box.Center.Y).ThenBy(index => elements[index].Box.X1).ThenBy(index => index))
        {
            PixelBox box = elements[index].Box;
            if (rows.Count > 0 && SameRow(elements[rows[^1][0]].Box, box)) rows[^1].Add(index);
            else rows.Add([index]);
        }

        return rows.SelectMany(row => row.OrderBy(index => elements[index].Box.X1).ThenBy(index => elements[index].Box.Y1).ThenBy(index => index));
    }

    private static bool SameRow(PixelBox first, PixelBox box) => box.Center.Y - first.Center.Y < Math.Min(box.Height, first.Height) / 2;
}
