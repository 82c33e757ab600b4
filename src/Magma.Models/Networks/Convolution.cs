using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>A two-dimensional convolution on (B, H, W, C), over weights of a checkpoint.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[] stride;
    private readonly long[] padding;
    private readonly long groups;

    public Convolution(WeightScope weights, long inputs, long outputs, long kernel, long stride = 1, long padding = 0, long groups = 1)
        : base(nameof(Convolution))
    {
        this.stride = [stride, stride];
        this.padding = [padding, padding];
        this.groups = groups;
        weight = weights.Get("weight", outputs, inputs / groups, kernel, kernel);
        bias = weights.Get("bias", outputs);
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    public Tensor Weight => weight;

    public Tensor Bias => bias;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.conv2d(input.permute(0, 3, 1, 2), weight, bias, stride, padding, groups: groups).permute(0, 2, 3, 1).MoveToOuterDisposeScope();
    }
}
