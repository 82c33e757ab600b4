using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Perception;

// N points, V virtual tracks, T frames, D the width of a token.

/// <summary>
/// CoTracker3's update network (<c>updateformer</c>): attention along each track in time, and among the tracks of a frame by way of a few
/// virtual tracks, so that its cost grows with the number of points and not with its square.
/// </summary>
public sealed class CoTrackerTransformer : nn.Module<Tensor, Tensor>
{
    /// <summary>D.</summary>
    public const long Width = 384;

    /// <summary>V.</summary>
    public const long VirtualTracks = 64;

    /// <summary>Layers, each of one block in time and three among tracks.</summary>
    public const int Layers = 3;

    private readonly Parameter _virtual;
    private readonly Linear _input;
    private readonly Linear _flow;
    private readonly Linear _seen;

    /// <summary>Makes a transformer with random weights.</summary>
    public CoTrackerTransformer()
        : base(nameof(CoTrackerTransformer))
    {
        _virtual = new Parameter(randn([1, VirtualTracks, 1, Width]));
        _input = nn.Linear(CoTrackerNetwork.TokenChannels, Width);
        _flow = nn.Linear(Width, 2);
        _seen = nn.Linear(Width, 2);
        Time = Blocks();
        AmongVirtual = Blocks();
        ToPoints = Contexts();
        ToVirtual = Contexts();
        // The published weights spell it so.
        register_parameter("virual_tracks", _virtual);
        register_module("input_transform", _input);
        register_module("flow_head", _flow);
        register_module("vis_conf_head", _seen);
        register_module("time_blocks", Time);
        register_module("space_virtual_blocks", AmongVirtual);
        register_module("space_point2virtual_blocks", ToPoints);
        register_module("space_virtual2point_blocks", ToVirtual);
    }

    /// <summary>Attention in time, a block per layer: (tracks, T, D) → the same.</summary>
    public ModuleList<CoTrackerBlock> Time { get; }

    /// <summary>Virtual tracks among themselves: (T, V, D) → the same.</summary>
    public ModuleList<CoTrackerBlock> AmongVirtual { get; }

    /// <summary>Points take from virtual tracks.</summary>
    public ModuleList<CoTrackerContextBlock> ToPoints { get; }

    /// <summary>Virtual tracks take from points.</summary>
    public ModuleList<CoTrackerContextBlock> ToVirtual { get; }

    /// <summary>(N, T, 1110) → (N, T, 4): the change of x and y in feature pixels, of the logits of being seen and of confidence.</summary>
    public override Tensor forward(Tensor input) => Update(input);

    /// <inheritdoc cref="forward"/>
    /// <param name="input">The tokens.</param>
    /// <param name="attendsAmongTracks">Whether tracks see each other.</param>
    /// <param name="watch">Shown what each part gives, by the part's name; the tensors are gone afterwards.</param>
    public Tensor Update(Tensor input, bool attendsAmongTracks = true, Action<string, Tensor>? watch = null)
    {
        using DisposeScope scope = NewDisposeScope();
        long points = input.shape[0], frames = input.shape[1];
        Tensor tokens = _input.call(input);
        watch?.Invoke("input_transform", tokens);
        tokens = cat([tokens, _virtual.squeeze(0).expand(VirtualTracks, frames, Width)], 0);
        for (int layer = 0; layer < Layers; layer++)
        {
            using DisposeScope inner = NewDisposeScope();
            Tensor next = Time[layer].call(tokens);
            watch?.Invoke($"time_blocks.{layer}", next);
            if (attendsAmongTracks) next = AmongTracks(next, points, layer, watch);
            tokens.Dispose();
            tokens = next.MoveToOuterDisposeScope();
        }

        Tensor own = tokens.narrow(0, 0, points);
        return cat([_flow.call(own), _seen.call(own)], -1).MoveToOuterDisposeScope();
    }

    private Tensor AmongTracks(Tensor tokens, long count, int layer, Action<string, Tensor>? watch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor frames = tokens.transpose(0, 1);
        Tensor points = frames.narrow(1, 0, count).contiguous(), others = frames.narrow(1, count, VirtualTracks).contiguous();
        others = ToVirtual[layer].call(others, points);
        watch?.Invoke($"space_virtual2point_blocks.{layer}", others);
        others = AmongVirtual[layer].call(others);
        watch?.Invoke($"space_virtual_blocks.{layer}", others);
        points = ToPoints[layer].call(points, others);
        watch?.Invoke($"space_point2virtual_blocks.{layer}", points);
        return cat([points, others], 1).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }

    private static ModuleList<CoTrackerBlock> Blocks() =>
        nn.ModuleList([.. Enumerable.Range(0, Layers).Select(_ => new CoTrackerBlock())]);

    private static ModuleList<CoTrackerContextBlock> Contexts() =>
        nn.ModuleList([.. Enumerable.Range(0, Layers).Select(_ => new CoTrackerContextBlock())]);
}

/// <summary>Self-attention and a perceptron, each on the normalised tokens and added to them: (B, L, D) → the same.</summary>
public sealed class CoTrackerBlock : nn.Module<Tensor, Tensor>
{
    private readonly CoTrackerAttention _attention = new();
    private readonly CoTrackerPerceptron _perceptron = new();

    internal CoTrackerBlock()
        : base(nameof(CoTrackerBlock))
    {
        register_module("attn", _attention);
        register_module("mlp", _perceptron);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normed = CoTrackerPerceptron.Normalize(input);
        Tensor x = _attention.call(normed, normed).add_(input);
        return _perceptron.AddTo(x).MoveToOuterDisposeScope();
    }
}

/// <summary>Attention to a context and a perceptron, added to the tokens: (B, L, D), (B, M, D) → (B, L, D).</summary>
public sealed class CoTrackerContextBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly LayerNorm _norm = nn.LayerNorm(CoTrackerTransformer.Width);
    private readonly CoTrackerAttention _attention = new();
    private readonly CoTrackerPerceptron _perceptron = new();

    internal CoTrackerContextBlock()
        : base(nameof(CoTrackerContextBlock))
    {
        register_module("norm_context", _norm);
        register_module("cross_attn", _attention);
        register_module("mlp", _perceptron);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor context)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _attention.call(CoTrackerPerceptron.Normalize(input), _norm.call(context)).add_(input);
        return _perceptron.AddTo(x).MoveToOuterDisposeScope();
    }
}

/// <summary>Attention with 8 heads of 48: queries from the one, keys and values from the other.</summary>
internal sealed class CoTrackerAttention : nn.Module<Tensor, Tensor, Tensor>
{
    private const long Heads = 8;
    private const long HeadWidth = CoTrackerTransformer.Width / Heads;

    private readonly Linear _query = nn.Linear(CoTrackerTransformer.Width, CoTrackerTransformer.Width);
    private readonly Linear _keyValue = nn.Linear(CoTrackerTransformer.Width, 2 * CoTrackerTransformer.Width);
    private readonly Linear _output = nn.Linear(CoTrackerTransformer.Width, CoTrackerTransformer.Width);

    public CoTrackerAttention()
        : base(nameof(CoTrackerAttention))
    {
        register_module("to_q", _query);
        register_module("to_kv", _keyValue);
        register_module("to_out", _output);
    }

    public override Tensor forward(Tensor input, Tensor context)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = input.shape[0], queries = input.shape[1], keys = context.shape[1];
        Tensor query = _query.call(input).view(batch, queries, Heads, HeadWidth).transpose(1, 2);
        Tensor keyValue = _keyValue.call(context).view(batch, keys, 2, Heads, HeadWidth).permute(2, 0, 3, 1, 4);
        Tensor mixed = nn.functional.scaled_dot_product_attention(query, keyValue.select(0, 0), keyValue.select(0, 1));
        return _output.call(mixed.transpose(1, 2).reshape(batch, queries, CoTrackerTransformer.Width)).MoveToOuterDisposeScope();
    }
}

/// <summary>Two linear layers with the tanh form of GELU between them.</summary>
internal sealed class CoTrackerPerceptron : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-6;

    // So many rows at a time that what lies between the layers stays in the cache.
    private const long Rows = 512;

    private readonly Linear _first = nn.Linear(CoTrackerTransformer.Width, 4 * CoTrackerTransformer.Width);
    private readonly Linear _second = nn.Linear(4 * CoTrackerTransformer.Width, CoTrackerTransformer.Width);

    public CoTrackerPerceptron()
        : base(nameof(CoTrackerPerceptron))
    {
        register_module("fc1", _first);
        register_module("fc2", _second);
    }

    /// <summary>Layer norm without parameters.</summary>
    public static Tensor Normalize(Tensor x) => nn.functional.layer_norm(x, [CoTrackerTransformer.Width], eps: Epsilon);

    public override Tensor forward(Tensor input) => _second.call(nn.functional.gelu(_first.call(input), GELU.Approximate.tanh));

    /// <summary>x + mlp(norm(x)), in place of x.</summary>
    public Tensor AddTo(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = x.view(-1, CoTrackerTransformer.Width);
        for (long row = 0; row < flat.shape[0]; row += Rows)
        {
            using DisposeScope inner = NewDisposeScope();
            Tensor part = flat.narrow(0, row, Math.Min(Rows, flat.shape[0] - row));
            part.add_(forward(Normalize(part)));
        }

        return x;
    }
}
