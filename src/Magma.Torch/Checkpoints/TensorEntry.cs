namespace Magma.Torch;

/// <summary>A tensor as a checkpoint file names it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its type as safetensors spells it, such as "BF16"; "C128" for complex numbers of two doubles.</param>
/// <param name="Shape">Its shape; empty for a single number.</param>
public record TensorEntry(string Name, string DType, IReadOnlyList<long> Shape);
