using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>down(silu(gate(x)) · up(x)).</summary>
internal sealed class GatedMlp : nn.Module<Tensor, Tensor>
{
    private readonly FusedLinear? fused;
    private readonly FusedLinear? gate;
    private readonly FusedLinear? up;
    private readonly FusedLinear down;
    private readonly long size;

    public GatedMlp(DecoderConfig config, WeightScope weights)
        : base(nameof(GatedMlp))
    {
        size = config.IntermediateSize;
        if (config.Kind == DecoderKind.Phi3)
        {
            register_module("gate_up_proj", fused = weights.Linear("gate_up_proj", config.HiddenSize, 2 * size, config.HasMlpBias));
        }
        else
        {
            register_module("gate_proj", gate = weights.Linear("gate_proj", config.HiddenSize, size, config.HasMlpBias));
            register_module("up_proj", up = weights.Linear("up_proj", config.HiddenSize, size, config.HasMlpBias));
        }

        register_module("down_proj", down = weights.Linear("down_proj", size, config.HiddenSize, config.HasMlpBias));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using Tensor middle = Widen(x);
        return down.call(middle);
    }

    /// <summary>residual + down(silu(gate(x)) · up(x)).</summary>
    public Tensor Add(Tensor x, Tensor residual)
    {
        using Tensor middle = Widen(x);
        return down.Add(middle, residual);
    }

    private Tensor Widen(Tensor x)
    {
        if (fused is null) return FusedLinear.SwiGlu(x, gate!, up!);
        using DisposeScope scope = NewDisposeScope();
        Tensor both = fused.call(x);
        return nn.functional.silu(both.narrow(-1, 0, size)).mul(both.narrow(-1, size, size)).MoveToOuterDisposeScope();
    }
}
