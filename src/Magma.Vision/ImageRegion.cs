namespace Magma.Vision;

/// <summary>A part of a picture that stands out as one thing.</summary>
/// <param name="Box">The upright box around it, in whole pixels.</param>
/// <param name="Fill">How much of the box it covers, 0 to 1.</param>
public readonly record struct ImageRegion(PixelBox Box, double Fill);
