using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>A layer of a decoder, of whatever kind: hidden states in, hidden states out, with a state of its own between calls.</summary>
public abstract class DecoderLayer(string name) : nn.Module<Tensor, DecoderStep, LayerState?, Tensor>(name)
{
    /// <summary>A state for new sequences.</summary>
    /// <param name="batch">Rows.</param>
    /// <param name="capacity">The most tokens of a row.</param>
    /// <param name="dtype">Type of the hidden states.</param>
    /// <param name="device">Where they are.</param>
    public abstract LayerState NewState(int batch, int capacity, ScalarType dtype, Device device);
}

/// <summary>x += attention(norm(x)); x += mlp(norm(x)).</summary>
internal sealed class AttentionLayer : DecoderLayer
{
    private readonly DecoderConfig config;
    private readonly RmsNorm inputNorm;
    private readonly SelfAttention attention;
    private readonly RmsNorm outputNorm;
    private readonly GatedMlp mlp;

    public AttentionLayer(DecoderConfig config, WeightScope weights)
        : base(nameof(AttentionLayer))
    {
        this.config = config;
        register_module("self_attn", attention = new SelfAttention(config, weights.At("self_attn")));
        register_module("mlp", mlp = new GatedMlp(config, weights.At("mlp")));
        register_module("input_layernorm", inputNorm = new RmsNorm(weights.At("input_layernorm"), config.HiddenSize, config.RmsNormEpsilon));
        register_module("post_attention_layernorm", outputNorm = new RmsNorm(weights.At("post_attention_layernorm"), config.HiddenSize, config.RmsNormEpsilon));
        Fused = new FusedLayer
        {
            InputNorm = inputNorm.Weight,
            Projections = attention.Projections,
            Output = attention.Output,
            OutputNorm = outputNorm.Weight,
            GateAndUp = mlp.GateAndUp,
            Down = mlp.Down,
            Heads = config.Heads,
            Epsilon = config.RmsNormEpsilon,
            Window = config.Window,
        };
    }

    /// <summary>The layer for one token in each row.</summary>
    public FusedLayer Fused { get; }

    public override LayerState NewState(int batch, int capacity, ScalarType dtype, Device device) =>
        new KeyValueState(batch, config.KeyValueHeads, capacity, config.HeadDimension, dtype, device);

    public override Tensor forward(Tensor x, DecoderStep step, LayerState? state)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor middle = attention.Add(inputNorm.call(x), step, state, x);
        return mlp.Add(outputNorm.call(middle), middle).MoveToOuterDisposeScope();
    }
}
