using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>The element detector's network as it is trained, on libtorch; trained weights are used elsewhere (<see cref="LearnedDetector"/>).</summary>
public sealed class ElementNetwork : nn.Module<Tensor, Tensor>, IElementMaps<Tensor>
{
    private readonly Dictionary<ElementLayer, NormalizedConvolution> _layers = [];
    private readonly ScalarType _precision;

    /// <summary>Makes a network with random weights.</summary>
    /// <param name="normalized">Whether it has normalisations, for training; a trained one has them worked into its weights.</param>
    public ElementNetwork(bool normalized)
        : base(nameof(ElementNetwork))
    {
        // Training is most of the work and does not mind bfloat16, in which convolutions take half the time; weights stay in float32.
        _precision = normalized ? bfloat16 : float32;
        var groups = new Dictionary<string, nn.Module>(StringComparer.Ordinal) { [""] = this };
        foreach (ElementLayer layer in ElementArchitecture.Layers)
        {
            // Sums of blocks begin as little more than their shortcut.
            var convolution = new NormalizedConvolution(layer, normalized && layer.Name != ElementArchitecture.Head, scale: layer.EndsBlock ? 0.2 : 1);
            _layers.Add(layer, convolution);
            Register(groups, layer.Name, convolution);
        }

        StartQuietly();
    }

    /// <summary>Pixels per cell of the output.</summary>
    public const int Stride = ElementArchitecture.Stride;

    /// <summary>Channels of the output: presence, four sides, then the kinds of <see cref="ElementKinds"/>.</summary>
    public static int Outputs => ElementArchitecture.Outputs;

    /// <summary>The kernels between the first layer and the last, its own.</summary>
    public IReadOnlyList<Parameter> Hidden =>
        [.. ElementArchitecture.Layers.Where(layer => layer.Name is not (ElementArchitecture.First or ElementArchitecture.Head)).Select(layer => _layers[layer].Weight)];

    /// <summary>
    /// Screens (B, 3, H, W), as <see cref="ElementCells.Format"/> has them, H and W multiples of 64 → (B, outputs, H/8, W/8): the logit of presence,
    /// the logarithms of the distances from the cell's middle to the left, upper, right and lower side in cells, and the logits of the kinds.
    /// </summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        // Channels lie innermost in memory, which the convolutions of CPUs like best and everything after them keeps.
        Tensor x = input.permute(0, 2, 3, 1).to(_precision).contiguous().permute(0, 3, 1, 2);
        return ElementArchitecture.Run(this, x).to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>The weights as a network without normalisations has them; new tensors of the caller's, by name.</summary>
    public Dictionary<string, Tensor> Fold()
    {
        var folded = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((ElementLayer layer, NormalizedConvolution convolution) in _layers)
        {
            (Tensor weight, Tensor bias) = convolution.Fold();
            folded.Add($"{layer.Name}.weight", weight.DetachFromDisposeScope());
            folded.Add($"{layer.Name}.bias", bias.DetachFromDisposeScope());
        }

        return folded;
    }

    Tensor IElementMaps<Tensor>.Convolve(ElementLayer layer, Tensor map) => _layers[layer].call(map);

    Tensor IElementMaps<Tensor>.AddRectified(Tensor map, Tensor other) => map.add_(other).relu_();

    Tensor IElementMaps<Tensor>.Double(Tensor map) => nn.functional.interpolate(map, scale_factor: [2, 2]);

    // A dot in a name leads into a module of modules.
    private static void Register(Dictionary<string, nn.Module> groups, string path, nn.Module module)
    {
        int dot = path.LastIndexOf('.');
        string group = dot < 0 ? "" : path[..dot];
        if (!groups.TryGetValue(group, out nn.Module? above))
        {
            groups[group] = above = new Group();
            Register(groups, group, above);
        }

        above.register_module(path[(dot + 1)..], module);
    }

    // Few cells hold an element, and most elements are a few cells wide: starting there spares the first steps.
    private void StartQuietly()
    {
        using IDisposable unrecorded = no_grad();
        Dictionary<string, Tensor> state = state_dict();
        Tensor bias = state[$"{ElementArchitecture.Head}.bias"];
        state[$"{ElementArchitecture.Head}.weight"].mul_(0.1);
        using Tensor presence = bias.narrow(0, 0, 1);
        using Tensor sides = bias.narrow(0, 1, 4);
        presence.fill_(-4);
        sides.fill_(0.7);
    }

    private sealed class Group() : nn.Module(nameof(Group));
}
