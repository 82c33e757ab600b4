using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>down(silu(gate(x)) · up(x)).</summary>
internal sealed class GatedMlp : nn.Module<Tensor, Tensor>
{
    private readonly long size;

    public GatedMlp(DecoderConfig config, WeightScope weights)
        : base(nameof(GatedMlp))
    {
        size = config.IntermediateSize;
        if (config.Kind == DecoderKind.Phi3)
        {
            GateAndUp = [weights.Linear("gate_up_proj", config.HiddenSize, 2 * size, config.HasMlpBias)];
            register_module("gate_up_proj", GateAndUp[0]);
        }
        else
        {
            GateAndUp = [weights.Linear("gate_proj", config.HiddenSize, size, config.HasMlpBias), weights.Linear("up_proj", config.HiddenSize, size, config.HasMlpBias)];
            register_module("gate_proj", GateAndUp[0]);
            register_module("up_proj", GateAndUp[1]);
        }

        register_module("down_proj", Down = weights.Linear("down_proj", size, config.HiddenSize, config.HasMlpBias));
    }

    /// <summary>Gate and up, or one layer with the rows of both.</summary>
    public FusedLinear[] GateAndUp { get; }

    /// <summary>The projection back.</summary>
    public FusedLinear Down { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using Tensor middle = Widen(x);
        return Down.call(middle);
    }

    /// <summary>residual + down(silu(gate(x)) · up(x)).</summary>
    public Tensor Add(Tensor x, Tensor residual)
    {
        using Tensor middle = Widen(x);
        return Down.Add(middle, residual);
    }

    private Tensor Widen(Tensor x)
    {
        if (GateAndUp.Length > 1) return FusedLinear.SwiGlu(x, GateAndUp[0], GateAndUp[1]);
        using DisposeScope scope = NewDisposeScope();
        Tensor both = GateAndUp[0].call(x);
        return nn.functional.silu(both.narrow(-1, 0, size)).mul(both.narrow(-1, size, size)).MoveToOuterDisposeScope();
    }
}
