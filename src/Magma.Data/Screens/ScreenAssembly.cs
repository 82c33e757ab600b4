using Magma.Vision;

namespace Magma.Data;

/// <summary>A line of text that was recognised on a screen.</summary>
/// <param name="Box">Where it stands, in pixels.</param>
/// <param name="Text">What it says.</param>
/// <param name="Confidence">How sure the recogniser is, 0 to 1.</param>
public readonly record struct RecognizedText(PixelBox Box, string Text, double Confidence)
{
    /// <summary>
    /// The box of a recogniser's quadrilateral, as the reference takes it: from the first to the third corner, in whole pixels truncated
    /// towards zero. The other two corners do not count.
    /// </summary>
    /// <param name="topLeft">First corner, in pixels.</param>
    /// <param name="bottomRight">Third corner, in pixels.</param>
    public static PixelBox BoxOf(PixelPoint topLeft, PixelPoint bottomRight) =>
        new(Math.Truncate(topLeft.X), Math.Truncate(topLeft.Y), Math.Truncate(bottomRight.X), Math.Truncate(bottomRight.Y));
}

/// <summary>A box that a detector of icons and controls found.</summary>
/// <param name="Box">Where, in pixels.</param>
/// <param name="Confidence">How sure the detector is, 0 to 1.</param>
/// <param name="Kind">What it seems to be.</param>
/// <param name="Interactable">Whether it can be used; null where the detector does not tell: then everything but pictures, texts and regions can.</param>
public readonly record struct DetectedIcon(PixelBox Box, double Confidence, ElementKind Kind = ElementKind.Icon, bool? Interactable = null)
{
    /// <summary>Whether it can be used, told or guessed from its kind.</summary>
    public bool IsUsable => Interactable ?? Kind is not (ElementKind.Image or ElementKind.Text or ElementKind.Heading or ElementKind.Region);
}

/// <summary>
/// Makes the elements of a screen from text recognition and icon detection, numbered as the released UI demo numbers them: first what has a
/// text, then what has none.
/// </summary>
public static class ScreenAssembly
{
    /// <summary>Assembles the elements of one screen; their order is the order of their marks.</summary>
    /// <remarks>
    /// Boxes pass through fractions and back in single precision, as in the reference, so a box at 200 px may come out at 199.99998.
    /// Boxes that cover no whole pixel are dropped. Where the reference fails (no text at all) the icons are returned.
    /// </remarks>
    /// <param name="size">The size of the picture.</param>
    /// <param name="icons">Detected boxes.</param>
    /// <param name="texts">Recognised lines.</param>
    /// <param name="limit">Overlap of two icons above which the larger one goes.</param>
    /// <param name="final">Whether all icons stay, whatever they overlap or lie in.</param>
    public static IReadOnlyList<ScreenElement> Assemble(
        PixelSize size, IReadOnlyList<DetectedIcon> icons, IReadOnlyList<RecognizedText> texts, double limit = 0.1,
        bool final = false)
    {
        var confidences = new Dictionary<NormalizedBox, double>();
        var lines = new List<(NormalizedBox Box, string Text)>();
        foreach (RecognizedText text in texts)
        {
            NormalizedBox box = Fractions(text.Box, size);
            if (!CoversPixels(box, size)) continue;
            lines.Add((box, text.Text));
            confidences.TryAdd(box, text.Confidence);
        }

        var known = new Dictionary<NormalizedBox, DetectedIcon>();
        var found = new List<NormalizedBox>();
        foreach (DetectedIcon icon in icons)
        {
            NormalizedBox box = Fractions(icon.Box, size);
            if (!CoversPixels(box, size)) continue;
            found.Add(box);
            confidences[box] = icon.Confidence;
            known[box] = icon;
        }

        return [.. OverlapRemoval.Apply(found, lines, final ? double.PositiveInfinity : limit, keepInTexts: final)
            .OrderBy(box => box.Text is null)
            .Select(box => new ScreenElement(
                Pixels(box.Box, size), Trimmed(box.Text), box.IsIcon ? known[box.Box].Kind : ElementKind.Text,
                box.IsIcon && known[box.Box].IsUsable,
                box.IsIcon ? ElementSource.Detector : ElementSource.Ocr, confidences[box.Box]))];
    }

    /// <summary>A box as fractions of the picture, in single precision.</summary>
    public static NormalizedBox Fractions(PixelBox box, PixelSize size) =>
        new((float)box.X1 / size.Width, (float)box.Y1 / size.Height, (float)box.X2 / size.Width, (float)box.Y2 / size.Height);

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool CoversPixels(NormalizedBox box, PixelSize size) =>
        (Math.Truncate(box.X2 * size.Width) - Math.Truncate(box.X1 * size.Width)) *
        (Math.Truncate(box.Y2 * size.Height) - Math.Truncate(box.Y1 * size.Height)) > 0;

    // The reference keeps centre and extent in single precision between the clean-up and the drawing.
    private static PixelBox Pixels(NormalizedBox box, PixelSize size)
    {
        (float left, float width) = Side((float)box.X1, (float)box.X2, size.Width);
        (float top, float height) = Side((float)box.Y1, (float)box.Y2, size.Height);
        return PixelBox.FromXywh(left, top, width, height);
    }

    private static (float Start, float Extent) Side(float start, float end, int pixels)
    {
        float center = (start + end) / 2 * pixels, half = 0.5f * ((end - start) * pixels);
        float first = center - half, last = center + half;
        return (first, last - first);
    }
}
