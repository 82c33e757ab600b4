using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>What a decoder made of its tokens. The owner disposes of it.</summary>
/// <param name="Hidden">The last hidden state, after the final norm: (B, T, hidden).</param>
/// <param name="Layers">Embeddings, then every layer's output, the last one after the final norm; empty when not asked for.</param>
public sealed record DecoderOutput(Tensor Hidden, IReadOnlyList<Tensor> Layers) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Hidden.Dispose();
        foreach (Tensor layer in Layers) layer.Dispose();
    }
}
