using System.Globalization;
using Magma.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>
/// A decoder-only language model: embedding, layers, norm, head. Llama 3, Llama 3.1, Qwen 2, Phi 3 and Mistral are small differences
/// in one network.
/// </summary>
public sealed class Decoder : nn.Module
{
    private readonly Parameter embedding;
    private readonly DecoderLayer[] layers;
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly FusedLinear? head;
    private readonly RotaryEmbedding rotary;

    /// <param name="config">Sizes and kind.</param>
    /// <param name="weights">Weights with the names of Hugging Face's causal language models.</param>
    public Decoder(DecoderConfig config, WeightScope weights)
        : base(nameof(Decoder))
    {
        Config = config;
        rotary = new RotaryEmbedding(config);
        WeightScope model = weights.At("model");
        var group = new Group();
        var tokens = new Group();
        embedding = model.At("embed_tokens").Get("weight", config.VocabularySize, config.HiddenSize);
        tokens.register_parameter("weight", embedding);
        group.Add("embed_tokens", tokens);
        var stack = group.Add("layers", new Group());
        layers = new DecoderLayer[config.Layers];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = stack.Add(layer.ToString(CultureInfo.InvariantCulture), new AttentionLayer(config, model.At("layers").At(layer)));
        }

        norm = group.Add("norm", new RmsNorm(model.At("norm"), config.HiddenSize, config.RmsNormEpsilon));
        register_module("model", group);
        // A quantised checkpoint has the head apart from the embedding, whose rows are looked up exactly.
        head = config.TiesEmbeddings
            ? weights.QuantizedLinear("lm_head", config.HiddenSize, config.VocabularySize)
            : weights.Linear("lm_head", config.HiddenSize, config.VocabularySize, hasBias: false);
        if (head is not null) register_module("lm_head", head);
    }

    /// <summary>Sizes and kind.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Type of the weights, and so of the hidden states.</summary>
    public ScalarType Type => embedding.dtype;

    /// <summary>Where the weights are.</summary>
    public Device Device => embedding.device;

    /// <summary>Ids (B, T), int64 → embeddings (B, T, hidden).</summary>
    public Tensor Embed(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return embedding.index_select(0, ids.reshape(-1)).reshape(ids.shape[0], ids.shape[1], Config.HiddenSize).MoveToOuterDisposeScope();
    }

    /// <summary>A cache for new sequences, allocated at once.</summary>
    /// <param name="batch">Rows.</param>
    /// <param name="capacity">The most tokens of a row, prompt and answer.</param>
    public DecoderCache NewCache(int batch, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        TokenHistory? history = Config.RopeScaling == RopeScaling.LongRope ? new TokenHistory(batch, capacity, Config.HiddenSize, Type, Device) : null;
        return new DecoderCache([.. layers.Select(layer => layer.NewState(batch, capacity, Type, Device))], batch, capacity, Device, history);
    }

    /// <summary>Runs the layers over new tokens.</summary>
    /// <param name="embeddings">(B, T, hidden).</param>
    /// <param name="positions">(B, T), int64: how many tokens that count stand before.</param>
    /// <param name="mask">Which of the new tokens count (not padding); null for all.</param>
    /// <param name="cache">What was remembered of the tokens before; takes up the new ones. Null for a text at once.</param>
    /// <param name="keepLayers">Whether every layer's output is wanted.</param>
    /// <param name="cancellation">Asked before every layer, or before all of them where they are one call. A cancelled run leaves the cache at the tokens before, or empty where all of them were being read again.</param>
    public DecoderOutput Run(
        Tensor embeddings, Tensor positions, bool[,]? mask = null, DecoderCache? cache = null, bool keepLayers = false, CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        int count = checked((int)embeddings.shape[1]);
        Tensor? keyMask = cache is null ? MaskOf(mask) : cache.Extend(count, mask);
        bool isLong = Config.RopeScaling == RopeScaling.LongRope && positions.max().item<long>() >= Config.OriginalMaxPositions;
        if (cache is not null) (embeddings, positions) = cache.Remember(embeddings, positions, isLong);
        (Tensor cosine, Tensor sine) = rotary.Tables(positions, isLong);
        var step = new DecoderStep(cosine, sine, keyMask, cache?.Length ?? 0);
        var kept = new List<Tensor>();
        cancellation.ThrowIfCancellationRequested();
        Tensor x = (keepLayers ? null : RunFused(embeddings, step, cache)) ?? RunLayers(embeddings, step, cache, keepLayers ? kept : null, cancellation);
        Tensor hidden = norm.call(x);
        if (keepLayers) kept.Add(hidden);
        cache?.Advance((int)x.shape[1]);
        return new DecoderOutput(LastOf(hidden, count), [.. kept.Select(layer => LastOf(layer, count))]);
    }

    /// <summary>Hidden states (…, hidden) → logits (…, vocabulary), in the type of the weights.</summary>
    public Tensor Logits(Tensor hidden) => head is null ? FusedLinear.Multiply(hidden, embedding) : head.call(hidden);

    // Decoding: layer by layer, much of a token's time would go into starting and waiting for threads.
    private Tensor? RunFused(Tensor x, DecoderStep step, DecoderCache? cache)
    {
        if (cache is null || x.shape[1] != 1) return null;
        var fused = new (FusedLayer Layer, Tensor Keys, Tensor Values)[layers.Length];
        for (int layer = 0; layer < fused.Length; layer++)
        {
            if (layers[layer] is not AttentionLayer attention || cache[layer] is not KeyValueState state) return null;
            fused[layer] = (attention.Fused, state.Keys, state.Values);
        }

        return FusedLayer.Run(fused, x, step.Cosine, step.Sine, step.KeyMask, step.Past);
    }

    private Tensor RunLayers(Tensor embeddings, DecoderStep step, DecoderCache? cache, List<Tensor>? kept, CancellationToken cancellation)
    {
        Tensor x = embeddings.alias();
        for (int layer = 0; layer < layers.Length; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            kept?.Add(x.alias());
            Tensor next = layers[layer].call(x, step, cache?[layer]);
            x.Dispose();
            x = next;
        }

        return x;
    }

    // Only the new tokens are asked for, also when those before went through again.
    private static Tensor LastOf(Tensor x, int count) => x.narrow(1, x.shape[1] - count, count).MoveToOuterDisposeScope();

    private Tensor? MaskOf(bool[,]? mask)
    {
        if (mask is null) return null;
        bool[] flat = [.. mask.Cast<bool>()];
        return flat.Contains(false) ? tensor(flat, device: Device).reshape(mask.GetLength(0), mask.GetLength(1)) : null;
    }
}
