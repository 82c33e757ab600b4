using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

// B batch, T new tokens, S all tokens, H heads, K key and value heads, G = H / K, D head dimension.

/// <summary>Causal attention with grouped queries and rotary positions: key head j serves the query heads from j·G on.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, DecoderStep, LayerState?, Tensor>
{
    // Scores are made for so many queries at a time that they fit in 256 MB.
    private const long ScoreLimit = 1L << 26;

    private readonly DecoderConfig config;

    public SelfAttention(DecoderConfig config, WeightScope weights)
        : base(nameof(SelfAttention))
    {
        this.config = config;
        long queries = config.Heads * config.HeadDimension, keys = config.KeyValueHeads * config.HeadDimension;
        if (config.Kind == DecoderKind.Phi3)
        {
            Projections = [Projection("qkv_proj", queries + (2 * keys))];
        }
        else
        {
            Projections = [Projection("q_proj", queries), Projection("k_proj", keys), Projection("v_proj", keys)];
        }

        register_module("o_proj", Output = weights.Linear("o_proj", queries, config.HiddenSize, config.HasOutputBias));

        FusedLinear Projection(string name, long outputs)
        {
            FusedLinear layer = weights.Linear(name, config.HiddenSize, outputs, config.HasQueryKeyValueBias);
            register_module(name, layer);
            return layer;
        }
    }

    /// <summary>To queries, keys and values, or one layer to all of them.</summary>
    public FusedLinear[] Projections { get; }

    /// <summary>Of what the heads saw.</summary>
    public FusedLinear Output { get; }

    /// <summary>(B, T, hidden) → (B, T, hidden).</summary>
    public override Tensor forward(Tensor x, DecoderStep step, LayerState? state)
    {
        using Tensor mixed = Mix(x, step, state);
        return Output.call(mixed);
    }

    /// <summary>residual + attention(x): (B, T, hidden).</summary>
    public Tensor Add(Tensor x, DecoderStep step, LayerState? state, Tensor residual)
    {
        using Tensor mixed = Mix(x, step, state);
        return Output.Add(mixed, residual);
    }

    /// <summary>What the heads saw, side by side: (B, T, H·D).</summary>
    private Tensor Mix(Tensor x, DecoderStep step, LayerState? state)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor queries, Tensor keys, Tensor values) = Project(x);
        queries = FusedKernels.Rotate(queries, step.Cosine, step.Sine);
        keys = FusedKernels.Rotate(keys, step.Cosine, step.Sine).transpose(1, 2);
        values = values.transpose(1, 2);
        if (state is KeyValueState cache) (keys, values) = cache.Append(step.Past, keys, values);
        Tensor mixed = FusedKernels.CanAttend(queries, keys, values)
            ? FusedKernels.Attention(queries, keys, values, step.KeyMask, step.Past, config.Window, 1 / Math.Sqrt(config.HeadDimension))
            : Attend(queries.transpose(1, 2), keys, values, step).transpose(1, 2);
        return mixed.reshape(x.shape[0], x.shape[1], -1).MoveToOuterDisposeScope();
    }

    private (Tensor Queries, Tensor Keys, Tensor Values) Project(Tensor x)
    {
        if (Projections.Length > 1)
        {
            Tensor[] parts = FusedLinear.Project(x, Projections);
            return (Split(parts[0]), Split(parts[1]), Split(parts[2]));
        }

        long queries = config.Heads * config.HeadDimension, keys = config.KeyValueHeads * config.HeadDimension;
        Tensor all = Projections[0].call(x);
        return (Split(all.narrow(-1, 0, queries)), Split(all.narrow(-1, queries, keys)), Split(all.narrow(-1, queries + keys, keys)));
    }

    /// <summary>(B, T, n·D) → (B, T, n, D).</summary>
    private Tensor Split(Tensor x) => x.reshape(x.shape[0], x.shape[1], -1, config.HeadDimension);

    private Tensor Attend(Tensor queries, Tensor keys, Tensor values, DecoderStep step)
    {
        long batch = queries.shape[0], count = queries.shape[2], total = keys.shape[2];
        long rows = Math.Clamp(ScoreLimit / (batch * config.Heads * total), 1, count);
        if (rows == count) return AttendRows(queries, keys, values, step, 0, count);
        var parts = new List<Tensor>();
        for (long first = 0; first < count; first += rows) parts.Add(AttendRows(queries, keys, values, step, first, Math.Min(rows, count - first)));
        return cat(parts, 2);
    }

    private Tensor AttendRows(Tensor queries, Tensor keys, Tensor values, DecoderStep step, long first, long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = queries.shape[0], dimension = config.HeadDimension, groups = config.Heads / config.KeyValueHeads;
        // Only what some query of these rows may see.
        long end = step.Past + first + rows;
        long start = config.Window is { } window ? Math.Max(0, step.Past + first - window + 1) : 0;
        long seen = end - start;
        // Single precision inside, as the reference's fused attention has it: bfloat16 scores would lose more than it does.
        Tensor part = queries.narrow(2, first, rows).reshape(batch, config.KeyValueHeads, groups * rows, dimension).to(ScalarType.Float32);
        Tensor scores = part.matmul(keys.narrow(2, start, seen).to(ScalarType.Float32).transpose(-2, -1)).mul(1 / Math.Sqrt(dimension));
        if (Mask(step, first, rows, start, seen, queries.device) is { } hidden)
        {
            scores = scores.reshape(batch, config.KeyValueHeads, groups, rows, seen).masked_fill(hidden, float.MinValue).reshape(batch, config.KeyValueHeads, groups * rows, seen);
        }

        Tensor mixed = scores.softmax(-1).matmul(values.narrow(2, start, seen).to(ScalarType.Float32));
        return mixed.to(values.dtype).reshape(batch, config.Heads, rows, dimension).MoveToOuterDisposeScope();
    }

    /// <summary>True where a query must not see a key, (rows, S) or (B, 1, 1, rows, S); null when every query sees every key.</summary>
    private Tensor? Mask(DecoderStep step, long first, long rows, long start, long seen, Device device)
    {
        Tensor? hidden = null;
        if (rows > 1)
        {
            Tensor key = arange(start, start + seen, device: device).unsqueeze(0);
            Tensor last = arange(step.Past + first, step.Past + first + rows, device: device).unsqueeze(1);
            hidden = key.gt(last);
            if (config.Window is { } window) hidden = hidden.logical_or(key.le(last.sub(window)));
        }

        if (step.KeyMask is null) return hidden;
        Tensor padding = step.KeyMask.narrow(1, start, seen).logical_not().reshape(-1, 1, 1, 1, seen);
        return hidden is null ? padding : padding.logical_or(hidden);
    }
}
