using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Finds controls and icons by what they look like, without a trained network: outlined or filled shapes of a control's size, and small clusters
/// of detail that are no text. All lengths grow with the screen's text, so a screen of twice the density is read alike.
/// </summary>
internal static class ControlProposals
{
    // Height of a line's box in the design that the lengths below are given for: 16 px text.
    private const double DesignTextHeight = 20;

    // The faintest outline that still reads as one: light grey on white.
    private const double Step = 9;

    // The surface ends inside the outline, and the comparison of neighbours takes one pixel more.
    private const double Outline = 2;

    // A check box of 13 px; anything smaller is a part of something.
    private const double LeastSide = 12;
    private const double MostControlHeight = 100;

    // Fields fill the width of a phone, but not of a desktop, where such a shape is a bar or a row.
    private const double MostControlShare = 0.75;
    private const double MostControlShareOfPhone = 0.96;
    private const double MostEmptyHeight = 60;
    private const double LeastPictureSide = 44;
    private const double MostPictureShare = 0.45;

    // A circle fills 0.785 of its box.
    private const double LeastFill = 0.72;

    private const double MostRowHeight = 64;
    private const double MostCompactHeight = 60;
    private const double MostCompactWidth = 330;

    private const double LeastIconSide = 9;
    private const double MostIconSide = 64;
    private const double MostIconAspect = 2.6;
    private const double LeastIconDetail = 0.15;
    private const double MostSliderHeight = 26;
    private const double MostSliderWidth = 420;
    private const double LeastSliderAspect = 5;

    // A field may hold a magnifying glass or an arrow; a row that holds a switch or a slider is no control itself.
    private const double MostAdornment = 30;

    // Shapes are made of their outline; their geometry speaks for them more than that of a loose cluster.
    private const double SurfaceConfidence = 0.8;
    private const double ClusterConfidence = 0.5;

    /// <summary>Finds what looks like a control or an icon.</summary>
    /// <param name="image">The screen.</param>
    /// <param name="texts">Boxes of the lines of text on it, in pixels.</param>
    /// <returns>Boxes that hardly overlap, from top to bottom, in pixels.</returns>
    public static IReadOnlyList<DetectedIcon> Find(Image image, IReadOnlyList<PixelBox> texts)
    {
        double unit = Unit(texts);
        int join = 2 * (int)Math.Round(2 * unit) + 1;
        PixelBox[] details = [.. image.FindDetailClusters(2 * Step, join, texts).Where(cluster => cluster.Fill >= LeastIconDetail)
            .Select(cluster => cluster.Box)];
        PixelBox[] icons = [.. details.Where(box => IsIcon(box, unit) || IsSlider(box, unit))];
        List<PixelBox> controls = Controls(image, texts, details, icons, unit);
        IEnumerable<DetectedIcon> found = controls.Select(box => new DetectedIcon(box, SurfaceConfidence, ControlKinds.Of(image, box, texts, unit)))
            .Concat(icons.Where(icon => !controls.Any(control => Share(icon, control) > 0.5)).Select(icon => new DetectedIcon(icon, ClusterConfidence)));
        return
        [
            .. MenuRows.Add(image, texts, [.. found], unit)
                .OrderBy(icon => icon.Box.Y1).ThenBy(icon => icon.Box.X1).ThenBy(icon => icon.Box.Area),
        ];
    }

    private static double Unit(IReadOnlyList<PixelBox> texts)
    {
        if (texts.Count == 0) return 1;
        double[] heights = [.. texts.Select(box => box.Height).Order()];
        return Math.Clamp(heights[heights.Length / 2] / DesignTextHeight, 0.8, 4);
    }

    private static List<PixelBox> Controls(
        Image image, IReadOnlyList<PixelBox> texts, PixelBox[] details, PixelBox[] icons, double unit)
    {
        var accepted = new List<PixelBox>();
        IEnumerable<PixelBox> surfaces = image.FindSurfaces(Step, (int)Math.Max(2, LeastSide * unit - 2 * Outline))
            .Where(region => region.Fill >= LeastFill)
            .Select(region => Grow(region.Box, Outline).Clip(image.Size))
            .OrderBy(box => box.Area).ThenBy(box => box.Y1).ThenBy(box => box.X1);
        foreach (PixelBox box in surfaces)
        {
            PixelBox[] within = [.. texts.Where(text => Share(text, box) > 0.8)];
            PixelBox[] inner = [.. accepted.Where(other => Share(other, box) > 0.5)];
            if (IsLetterPart(box, texts) || IsIconPart(box, within, icons, unit)) continue;
            bool picture = IsPicture(box, within, image.Size, unit) && (inner.Length > 0 || details.Any(detail => Share(detail, box) > 0.99));
            if (!picture)
            {
                // A knob on a switch, an arrow on a list: the whole is the control. Anything larger around a control is its container.
                bool compact = box.Height <= MostCompactHeight * unit && box.Width <= MostCompactWidth * unit && inner.Length <= 2;
                bool holdsWideDetail = !compact && details.Any(detail => Share(detail, box) > 0.99 && detail.Width > MostAdornment * unit);
                if ((inner.Length > 0 && !compact) || holdsWideDetail || !IsControl(image, box, within, unit)) continue;
            }

            accepted.RemoveAll(inner.Contains);
            accepted.Add(box);
        }

        return accepted;
    }

    // The eye of an e, the space under a T.
    private static bool IsLetterPart(PixelBox box, IReadOnlyList<PixelBox> texts) =>
        texts.Any(text => text.Intersect(box).Area > 0.5 * box.Area && box.Area < text.Area);

    // The lid of a dustbin, the knob of a switch: the cluster around it is the thing.
    private static bool IsIconPart(PixelBox box, PixelBox[] within, PixelBox[] icons, double unit) =>
        within.Length == 0 && Math.Max(box.Width, box.Height) <= MostIconSide * unit
        && icons.Any(icon => Share(box, icon) > 0.7 && Share(icon, box) < 0.9);

    private static bool IsControl(Image image, PixelBox box, PixelBox[] within, double unit)
    {
        PixelSize screen = image.Size;
        double share = screen.Height > screen.Width ? MostControlShareOfPhone : MostControlShare;
        if (box.Height > MostControlHeight * unit || box.Width > share * screen.Width) return false;
        return within.Length switch
        {
            0 => box.Height <= MostEmptyHeight * unit,
            1 => !IsHeadline(image, box, unit),
            2 => box.Height <= MostRowHeight * unit && Math.Abs(within[0].Center.Y - within[1].Center.Y) < within[0].Height / 2,
            _ => false,
        };
    }

    // The head of a card: a wide bar whose sides go on below it.
    private static bool IsHeadline(Image image, PixelBox box, double unit) =>
        box.Width > MostAdornment * 4 * unit && HasEdge(image, box.X1, box.Y2 + (12 * unit)) && HasEdge(image, box.X2, box.Y2 + (12 * unit));

    private static bool HasEdge(Image image, double x, double y)
    {
        const int reach = 4;
        int row = (int)y, from = Math.Max(0, (int)x - reach), to = Math.Min(image.Width - 1, (int)x + reach);
        if (row < 0 || row >= image.Height) return false;
        ReadOnlySpan<byte> line = image.Pixels.Slice(row * image.Width * 3, image.Width * 3);
        for (int at = 3 * from; at < 3 * to; at++)
        {
            if (Math.Abs(line[at] - line[at + 3]) > 2) return true;
        }

        return false;
    }

    private static bool IsPicture(PixelBox box, PixelBox[] within, PixelSize screen, double unit) =>
        within.Length == 0 && Math.Min(box.Width, box.Height) >= LeastPictureSide * unit
        && box.Width <= MostPictureShare * screen.Width && box.Height <= MostPictureShare * screen.Height;

    private static bool IsIcon(PixelBox box, double unit) =>
        Math.Min(box.Width, box.Height) >= LeastIconSide * unit && Math.Max(box.Width, box.Height) <= MostIconSide * unit
        && Math.Max(box.Width / box.Height, box.Height / box.Width) <= MostIconAspect;

    private static bool IsSlider(PixelBox box, double unit) =>
        box.Height >= LeastIconSide * unit && box.Height <= MostSliderHeight * unit
        && box.Width >= LeastSliderAspect * box.Height && box.Width <= MostSliderWidth * unit;

    // How much of a box lies in another one.
    private static double Share(PixelBox box, PixelBox other) => box.Area > 0 ? box.Intersect(other).Area / box.Area : 0;

    private static PixelBox Grow(PixelBox box, double by) => new(box.X1 - by, box.Y1 - by, box.X2 + by, box.Y2 + by);
}
