namespace Magma.Models.Processing;

/// <summary>What a model reads in training, and what it must say.</summary>
/// <param name="Ids">Token ids, one image token per picture.</param>
/// <param name="Labels">The ids that are learnt, each at its own place; <see cref="Ignored"/> elsewhere.</param>
/// <param name="Images">The pictures' crops, in the order of their tokens.</param>
public sealed record LabelledPrompt(int[] Ids, int[] Labels, IReadOnlyList<ImageCrops> Images)
{
    /// <summary>The label of what is not learnt.</summary>
    public const int Ignored = -100;
}
