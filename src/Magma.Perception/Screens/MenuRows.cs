using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Finds entries that are used without having a shape of their own: a sign with its words, and the rows of a menu, told by a column of short lines
/// with room between them that have signs or stand at the screen's edge.
/// </summary>
internal static class MenuRows
{
    private const double MostWidth = 260;
    private const double MostSignGap = 1.6;
    private const double LeastSpacing = 1.5;
    private const double MostSpacing = 3.4;
    private const int LeastRows = 3;

    // The menu of a desktop's screen stands in its left fifth.
    private const double EdgeShare = 0.2;

    // A badge or an arrow in a row is part of it.
    private const double MostPart = 80;
    private const int LeastOutside = 16;
    private const double Inset = 8;
    private const double Confidence = 0.6;

    private readonly record struct Entry(PixelBox Text, PixelBox? Sign)
    {
        public PixelBox Box => Sign is { } sign ? Text.Union(sign) : Text;
    }

    /// <summary>Adds rows and labelled signs to what was found by shape, and takes out what is part of them.</summary>
    /// <param name="image">The screen.</param>
    /// <param name="texts">Boxes of the lines of text, in pixels.</param>
    /// <param name="found">Controls and icons, in pixels.</param>
    /// <param name="unit">Pixels of the screen per pixel of the design that lengths are given for.</param>
    public static IReadOnlyList<DetectedIcon> Add(Image image, IReadOnlyList<PixelBox> texts, IReadOnlyList<DetectedIcon> found, double unit)
    {
        PixelBox[] solid = [.. found.Where(one => one.Kind is not (ElementKind.Icon or ElementKind.Image)).Select(one => one.Box)];
        PixelBox[] signs = [.. found.Where(one => one.Kind == ElementKind.Icon).Select(one => one.Box)];
        Entry[] entries =
        [
            .. texts.Where(text => text.Width <= MostWidth * unit && !solid.Concat(signs).Any(box => Within(text, box)))
                .Select(text => new Entry(text, SignOf(text, signs))).OrderBy(entry => entry.Text.Y1).ThenBy(entry => entry.Text.X1),
        ];
        var rows = new List<PixelBox>();
        var used = new HashSet<PixelBox>();
        foreach (List<Entry> column in Columns.Of(entries, LeastRows, (column, next) => Continues(column, next, unit)))
        {
            bool menu = column.Count(entry => entry.Sign is not null) * 2 > column.Count
                || (image.Width > image.Height && column[0].Text.X1 < EdgeShare * image.Width);
            if (!menu) continue;
            double spacing = column.Zip(column.Skip(1), (a, b) => b.Text.Center.Y - a.Text.Center.Y).Order().ElementAt((column.Count - 1) / 2);
            foreach (Entry entry in column)
            {
                rows.Add(RowOf(image, entry, Math.Min(spacing, 2.6 * entry.Text.Height), unit));
                used.Add(entry.Text);
            }
        }

        rows.AddRange(entries.Where(entry => entry.Sign is not null && !used.Contains(entry.Text)).Select(entry => entry.Box));
        var kept = new List<PixelBox>();
        foreach (PixelBox row in rows)
        {
            bool taken = solid.Any(box => box.Width > MostPart * unit && Share(box, row) > 0.1) || kept.Any(other => Share(other, row) > 0.1);
            if (!taken) kept.Add(row);
        }

        return
        [
            .. found.Where(one => !kept.Any(row => Share(one.Box, row) > 0.5 && one.Box.Width <= MostPart * unit)),
            .. kept.Select(row => new DetectedIcon(row, Confidence, ElementKind.Link)),
        ];
    }

    private static PixelBox? SignOf(PixelBox text, PixelBox[] signs)
    {
        PixelBox? nearest = null;
        foreach (PixelBox sign in signs)
        {
            double gap = text.X1 - sign.X2;
            bool beside = gap >= -2 && gap <= MostSignGap * text.Height && sign.Height <= 2.2 * text.Height
                && Math.Abs(sign.Center.Y - text.Center.Y) < 0.5 * text.Height;
            if (beside && (nearest is null || sign.X2 > nearest.Value.X2)) nearest = sign;
        }

        return nearest;
    }

    // Lines with one left edge, one size and even room between them.
    private static bool Continues(IReadOnlyList<Entry> column, Entry next, double unit)
    {
        PixelBox last = column[^1].Text;
        double spacing = (next.Text.Center.Y - last.Center.Y) / last.Height;
        return Math.Abs(next.Text.X1 - column[0].Text.X1) <= 4 * unit
            && Math.Abs(next.Text.Height - last.Height) <= 0.3 * last.Height && spacing is >= LeastSpacing and <= MostSpacing;
    }

    private static PixelBox RowOf(Image image, Entry entry, double height, double unit)
    {
        PixelBox box = entry.Box;
        int y = (int)Math.Clamp(box.Center.Y, 0, image.Height - 1);
        int start = (int)Math.Clamp(box.X1 - (3 * unit), 0, image.Width - 1), end = (int)Math.Clamp(box.X2 + (3 * unit), 0, image.Width - 1);
        int reach = (int)(1.4 * MostWidth * unit);
        // Without an end near by, the words are the row.
        double left = GroundEdge.Find(image, start, y, -1, (int)(48 * unit), start, LeastOutside) ?? start;
        double right = GroundEdge.Find(image, end, y, 1, reach, start, LeastOutside) ?? end;
        double inset = Inset * unit;
        return new PixelBox(
            Math.Min(box.X1, left + inset), Math.Min(box.Y1, box.Center.Y - (height / 2)), Math.Max(box.X2, right - inset),
            Math.Max(box.Y2, box.Center.Y + (height / 2))).Clip(image.Size);
    }

    private static bool Within(PixelBox text, PixelBox box) => Share(text, box) > 0.6;

    private static double Share(PixelBox box, PixelBox other) => box.Area > 0 ? box.Intersect(other).Area / box.Area : 0;
}
