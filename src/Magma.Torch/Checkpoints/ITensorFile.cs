using TorchSharp;

namespace Magma.Torch;

/// <summary>Named tensors in one or several files, read without running anything that the files hold.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>The names of all tensors.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>What the files say of a tensor, or null when there is none of that name.</summary>
    TensorEntry? Find(string name);

    /// <summary>
    /// The tensor of that name on the CPU; the caller disposes it. It lies in the mapped file where the file allows it (writing to it does
    /// not change the file).
    /// </summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or no tensor can hold its type.</exception>
    torch.Tensor Load(string name);
}
