namespace Magma.Models.Processing;

/// <summary>A prompt as the model takes it.</summary>
/// <param name="Ids">Token ids, one image token per picture.</param>
/// <param name="Images">The pictures' crops, in the order of their tokens.</param>
public sealed record PromptInput(int[] Ids, IReadOnlyList<ImageCrops> Images)
{
    /// <summary>How many of the model's positions it takes: a picture's tokens in place of its image token.</summary>
    public int Length => Ids.Length + Images.Sum(image => image.TokenCount - 1);
}
