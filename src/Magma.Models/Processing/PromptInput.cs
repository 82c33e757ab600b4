namespace Magma.Models.Processing;

/// <summary>A prompt as the model takes it.</summary>
/// <param name="Ids">Token ids, one image token per picture.</param>
/// <param name="Images">The pictures' crops, in the order of their tokens.</param>
public sealed record PromptInput(int[] Ids, IReadOnlyList<ImageCrops> Images);
