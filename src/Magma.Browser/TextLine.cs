using Magma.Vision;

namespace Magma.Browser;

/// <summary>A line of text as the browser laid it out: what a reader of the screenshot should read there.</summary>
/// <param name="Text">The rendered characters (after <c>text-transform</c>), runs of white space as one blank, trimmed.</param>
/// <param name="Box">The line's extent in screenshot pixels; it may stick out of the window.</param>
/// <param name="FontSize">Height of the font in screenshot pixels (CSS size times device scale); the smallest one on the line.</param>
public sealed record TextLine(string Text, PixelBox Box, double FontSize);
