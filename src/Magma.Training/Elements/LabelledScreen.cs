using Magma.Data;
using Magma.Vision;

namespace Magma.Training.Elements;

/// <summary>A screen to learn from.</summary>
/// <param name="Picture">The picture as a file, such as PNG.</param>
/// <param name="Size">Its size, in pixels.</param>
/// <param name="Scale">Pixels per CSS pixel.</param>
/// <param name="Elements">What is to be found on it.</param>
public sealed record LabelledScreen(ReadOnlyMemory<byte> Picture, PixelSize Size, double Scale, IReadOnlyList<LabelledElement> Elements);

/// <summary>An element of a screen to learn from.</summary>
/// <param name="Box">Where, in pixels of the picture.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Unsure">Whether nothing is to be learned from its place, neither that something is there nor that nothing is.</param>
public readonly record struct LabelledElement(PixelBox Box, ElementKind Kind, bool Unsure);
