using Magma.Vision;

namespace Magma.Data;

/// <summary>One thing on a screen: the same record whether it was read from pixels, from a page or from a data set.</summary>
/// <param name="Box">Where it is, in pixels of the picture it was found in (not CSS pixels, not fractions).</param>
/// <param name="Text">What it says; null where nothing is known, never empty.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Interactable">Whether a user can click it or type into it.</param>
/// <param name="Source">Where it was learned from.</param>
/// <param name="Confidence">How sure the source is, 0 to 1; 1 for sources that know (a page's document).</param>
public sealed record ScreenElement(
    PixelBox Box, string? Text, ElementKind Kind, bool Interactable, ElementSource Source, double Confidence);
