using Magma.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>weight · x / √(mean(x²) + ε) over the last dimension; the quotient in single precision, as in the reference.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly double epsilon;

    public RmsNorm(WeightScope weights, long size, double epsilon)
        : base(nameof(RmsNorm))
    {
        this.epsilon = epsilon;
        Weight = weights.Get("weight", size);
        register_parameter("weight", Weight);
    }

    /// <summary>One number per column.</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => FusedKernels.RmsNorm(input, Weight, epsilon);
}
