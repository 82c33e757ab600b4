using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>What all layers share while a row of new tokens passes through a decoder.</summary>
/// <param name="Cosine">Rotary table (B, T, rotated dimensions / 2), float32.</param>
/// <param name="Sine">As the cosines.</param>
/// <param name="KeyMask">Which of the past and new tokens may be seen, bool (B, Past + T); null when all.</param>
/// <param name="Past">Tokens in the cache before these.</param>
public sealed record DecoderStep(Tensor Cosine, Tensor Sine, Tensor? KeyMask, int Past);
