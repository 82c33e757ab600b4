using Magma.Vision;

namespace Magma.Data;

/// <summary>A box of a screen with what it says, as it comes out of <see cref="OverlapRemoval"/>.</summary>
/// <param name="Box">The box, as fractions of the picture.</param>
/// <param name="Text">
/// What it says. A line of text keeps its own; an icon has the texts that lay inside it, each followed by a blank, or null.
/// </param>
/// <param name="IsIcon">True for a detected icon or control, false for a line of text.</param>
public sealed record ScreenBox(NormalizedBox Box, string? Text, bool IsIcon);

/// <summary>
/// Brings detected icons and recognised text together without doubles, by the rules of the released UI code (OmniParser's clean-up).
/// Its oddities are kept, since marks of the published data are numbered by them: see the remarks of <see cref="Apply"/>.
/// </summary>
public static class OverlapRemoval
{
    private const double Inside = 0.8;
    private const double InsideEarlier = 0.95;
    private const double NoDivisionByZero = 1e-6;

    /// <summary>
    /// Removes icons that cover smaller icons, moves texts into the icons that hold them, drops icons inside a line of text.
    /// </summary>
    /// <remarks>
    /// The overlap of two icons is the largest of intersection over union, over the one's area and over the other's; above the limit
    /// the strictly larger one goes, so equal icons both stay. A text goes into every icon that holds more than 80 % of it. An icon that
    /// took a text and then turns out to lie in a later text is dropped with the text it took.
    /// </remarks>
    /// <param name="icons">Detected boxes, as fractions of the picture.</param>
    /// <param name="texts">Recognised lines of text, as fractions of the picture; may be empty.</param>
    /// <param name="limit">Overlap of two icons above which the larger one goes, 0 to 1.</param>
    /// <param name="keepInTexts">Whether an icon inside a line of text stays, such as a link; it takes nothing of that line.</param>
    /// <returns>The texts that no icon took, in their order, then the icons that stay, in theirs.</returns>
    public static IReadOnlyList<ScreenBox> Apply(
        IReadOnlyList<NormalizedBox> icons, IReadOnlyList<(NormalizedBox Box, string Text)> texts, double limit = 0.1, bool keepInTexts = false)
    {
        var kept = texts.Select(text => new ScreenBox(text.Box, text.Text, IsIcon: false)).ToList();
        for (int index = 0; index < icons.Count; index++)
        {
            NormalizedBox icon = icons[index];
            if (CoversSmaller(index, icons, limit)) continue;
            if (TakeTexts(icon, texts, kept, out string taken) || keepInTexts)
                kept.Add(new ScreenBox(icon, taken.Length > 0 ? taken : null, IsIcon: true));
        }

        return kept;
    }

    /// <summary>
    /// The earlier rule of the same code, by which older data sets were numbered: texts stay as they are, and an icon goes when it overlaps
    /// a text above the limit without lying to more than 95 % inside it.
    /// </summary>
    /// <param name="icons">Detected boxes, as fractions of the picture.</param>
    /// <param name="texts">Boxes of recognised lines, as fractions of the picture; may be empty.</param>
    /// <param name="limit">Overlap above which the larger of two icons, or an icon over a text, goes.</param>
    /// <returns>The texts, then the icons that stay.</returns>
    public static IReadOnlyList<NormalizedBox> ApplyEarlier(
        IReadOnlyList<NormalizedBox> icons, IReadOnlyList<NormalizedBox> texts, double limit) =>
    [
        .. texts,
        .. icons.Where((icon, index) => !CoversSmaller(index, icons, limit)
            && !texts.Any(text => Overlap(icon, text) > limit && Share(icon, text) <= InsideEarlier)),
    ];

    private static bool CoversSmaller(int index, IReadOnlyList<NormalizedBox> icons, double limit)
    {
        NormalizedBox icon = icons[index];
        for (int other = 0; other < icons.Count; other++)
        {
            if (other != index && Area(icon) > Area(icons[other]) && Overlap(icon, icons[other]) > limit) return true;
        }

        return false;
    }

    // False when the icon lies inside a line of text. What it took until then stays taken.
    private static bool TakeTexts(
        NormalizedBox icon, IReadOnlyList<(NormalizedBox Box, string Text)> texts, List<ScreenBox> kept, out string taken)
    {
        taken = "";
        foreach ((NormalizedBox box, string text) in texts)
        {
            if (Share(box, icon) > Inside)
            {
                taken += text + " ";
                kept.Remove(new ScreenBox(box, text, IsIcon: false));
            }
            else if (Share(icon, box) > Inside)
            {
                return false;
            }
        }

        return true;
    }

    private static double Overlap(NormalizedBox one, NormalizedBox other)
    {
        double common = Intersection(one, other);
        double union = Area(one) + Area(other) - common + NoDivisionByZero;
        double most = common / union;
        return Area(one) > 0 && Area(other) > 0 ? Math.Max(most, Math.Max(common / Area(one), common / Area(other))) : most;
    }

    private static double Share(NormalizedBox inner, NormalizedBox outer) =>
        Area(inner) == 0 ? 0 : Intersection(inner, outer) / Area(inner);

    private static double Intersection(NormalizedBox one, NormalizedBox other) =>
        Math.Max(0, Math.Min(one.X2, other.X2) - Math.Max(one.X1, other.X1)) *
        Math.Max(0, Math.Min(one.Y2, other.Y2) - Math.Max(one.Y1, other.Y1));

    private static double Area(NormalizedBox box) => (box.X2 - box.X1) * (box.Y2 - box.Y1);
}
