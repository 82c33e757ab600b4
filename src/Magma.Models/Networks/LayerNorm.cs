using Magma.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>Layer norm over the last dimension, over weights of a checkpoint.</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly double epsilon;

    public LayerNorm(WeightScope weights, long size, double epsilon)
        : base(nameof(LayerNorm))
    {
        this.epsilon = epsilon;
        weight = weights.Get("weight", size);
        bias = weights.Get("bias", size);
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    public Tensor Weight => weight;

    public Tensor Bias => bias;

    public double Epsilon => epsilon;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => FusedKernels.LayerNorm(input, weight, bias, epsilon);
}
