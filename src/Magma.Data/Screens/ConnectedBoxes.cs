using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// Joins boxes that lie close together, such as the words of a line (<c>merge_connected_bboxes</c> of the released UI code).
/// </summary>
public static class ConnectedBoxes
{
    /// <summary>
    /// Joins every group of boxes that are linked, directly or through others, into the box around them. Two boxes are linked when both the
    /// vertical and the horizontal gap between them are at most the given ones, so diagonal neighbours and contained boxes are linked too.
    /// </summary>
    /// <param name="boxes">Boxes in pixels.</param>
    /// <param name="texts">A text per box; the texts of a group are joined by a blank, in the order of the boxes.</param>
    /// <param name="verticalGap">Largest vertical gap, in pixels.</param>
    /// <param name="horizontalGap">Largest horizontal gap, in pixels.</param>
    /// <returns>The groups, in the order of their first box.</returns>
    /// <exception cref="ArgumentException">The two lists differ in length.</exception>
    public static IReadOnlyList<(PixelBox Box, string Text)> Merge(
        IReadOnlyList<PixelBox> boxes, IReadOnlyList<string> texts, double verticalGap = 20, double horizontalGap = 20)
    {
        if (boxes.Count != texts.Count) throw new ArgumentException($"{boxes.Count} boxes came with {texts.Count} texts.");
        var merged = new List<(PixelBox, string)>();
        var seen = new bool[boxes.Count];
        for (int first = 0; first < boxes.Count; first++)
        {
            if (seen[first]) continue;
            List<int> group = GroupOf(first, boxes, seen, verticalGap, horizontalGap);
            PixelBox around = group.Select(index => boxes[index]).Aggregate((one, other) => one.Union(other));
            merged.Add((around, string.Join(' ', group.Select(index => texts[index]))));
        }

        return merged;
    }

    private static List<int> GroupOf(int first, IReadOnlyList<PixelBox> boxes, bool[] seen, double verticalGap, double horizontalGap)
    {
        var group = new List<int>();
        var open = new Stack<int>([first]);
        seen[first] = true;
        while (open.TryPop(out int current))
        {
            group.Add(current);
            for (int other = 0; other < boxes.Count; other++)
            {
                if (seen[other] || !Linked(boxes[current], boxes[other], verticalGap, horizontalGap)) continue;
                seen[other] = true;
                open.Push(other);
            }
        }

        group.Sort();
        return group;
    }

    private static bool Linked(PixelBox one, PixelBox other, double verticalGap, double horizontalGap) =>
        Gap(one.Y1, one.Y2, other.Y1, other.Y2) <= verticalGap && Gap(one.X1, one.X2, other.X1, other.X2) <= horizontalGap;

    private static double Gap(double start, double end, double otherStart, double otherEnd) =>
        Math.Max(otherStart - end, start - otherEnd);
}
