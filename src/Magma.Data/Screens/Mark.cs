using Magma.Vision;

namespace Magma.Data;

/// <summary>A numbered mark on a picture: the box it stands for and the place of its label.</summary>
/// <param name="Number">The number that is drawn and spoken of; marks of a screen count from 0, in the order of their boxes.</param>
/// <param name="Box">The marked box, in pixels.</param>
/// <param name="Label">The rectangle of the label, in pixels; may lie outside the picture when no place inside was free.</param>
public readonly record struct Mark(int Number, PixelBox Box, PixelBox Label);
