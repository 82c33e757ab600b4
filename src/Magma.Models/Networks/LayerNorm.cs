using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>Layer norm over the last dimension, over weights of a checkpoint.</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[] size;
    private readonly double epsilon;

    public LayerNorm(WeightScope weights, long size, double epsilon)
        : base(nameof(LayerNorm))
    {
        this.size = [size];
        this.epsilon = epsilon;
        weight = weights.Get("weight", size);
        bias = weights.Get("bias", size);
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (input.dtype == ScalarType.Float32) return nn.functional.layer_norm(input, size, weight, bias, epsilon);
        // libtorch 1.13 rounds inside its low precision kernel; the reference does not.
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.layer_norm(input.to(ScalarType.Float32), size, weight.to(ScalarType.Float32), bias.to(ScalarType.Float32), epsilon)
            .to(input.dtype).MoveToOuterDisposeScope();
    }
}
