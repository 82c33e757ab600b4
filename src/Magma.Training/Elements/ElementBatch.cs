namespace Magma.Training.Elements;

/// <summary>Parts of screens, and what the network should say about their cells.</summary>
/// <param name="Pictures">Parts of screens, each three planes of <paramref name="Side"/> × <paramref name="Side"/>.</param>
/// <param name="Count">How many parts.</param>
/// <param name="Side">Width and height of a part, in pixels.</param>
/// <param name="Known">For every cell, part after part: 1 where it is known whether an element is there, 0 where not.</param>
/// <param name="Cells">The cells in the middle of elements, by their place in <paramref name="Known"/>.</param>
/// <param name="Sides">For each of them the element's left, upper, right, lower side, in cells from the part's corner.</param>
/// <param name="Kinds">For each of them the element's kind, by its place in <c>ElementKinds</c>.</param>
/// <param name="Weights">For each of them how much it counts: large elements have many cells.</param>
public sealed record ElementBatch(
    float[] Pictures, int Count, int Side, float[] Known, IReadOnlyList<long> Cells, IReadOnlyList<float> Sides, IReadOnlyList<long> Kinds, IReadOnlyList<float> Weights);
