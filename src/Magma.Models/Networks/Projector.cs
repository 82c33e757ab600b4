using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>Visual features to the decoder's width: k linear layers with GELU between, and a separator at the end of every feature row.</summary>
public sealed class Projector : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] layers;
    private readonly Parameter rowSeparator;

    /// <param name="config">Depth and input width.</param>
    /// <param name="hiddenSize">The decoder's width.</param>
    /// <param name="weights">Weights of <c>multi_modal_projector</c>.</param>
    public Projector(VisionConfig config, long hiddenSize, WeightScope weights)
        : base(nameof(Projector))
    {
        var group = new Group();
        layers = new nn.Module<Tensor, Tensor>[config.ProjectorDepth];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            // GELUs take the odd numbers.
            string name = (2 * layer).ToString(System.Globalization.CultureInfo.InvariantCulture);
            layers[layer] = group.Add(name, weights.At("proj").Linear(name, layer == 0 ? config.Widths[^1] : hiddenSize, hiddenSize));
        }

        register_module("proj", group);
        rowSeparator = weights.Get("row_seperator", 1, 1, hiddenSize);
        register_parameter("row_seperator", rowSeparator);
        if (!config.HasStartAndEndSeparators) return;
        register_parameter("img_start_seperator", weights.Get("img_start_seperator", 1, hiddenSize));
        register_parameter("img_end_seperator", weights.Get("img_end_seperator", 1, hiddenSize));
    }

    /// <summary>(…, vision width) → (…, hidden).</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = layers[0].call(input);
        foreach (nn.Module<Tensor, Tensor> layer in layers.AsSpan(1)) x = layer.call(nn.functional.gelu(x));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>A map (H, W, hidden) → tokens (H · (W + 1), hidden), row by row.</summary>
    public Tensor Flatten(Tensor map)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor separators = rowSeparator.expand(map.shape[0], 1, map.shape[2]);
        return cat([map, separators], 1).reshape(-1, map.shape[2]).MoveToOuterDisposeScope();
    }
}
