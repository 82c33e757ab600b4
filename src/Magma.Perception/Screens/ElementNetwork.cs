using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>
/// The element detector's network: a residual U-Net of plain convolutions that looks at a screen at 1/4 to 1/64 of its resolution and says for every square
/// of 8×8 pixels whether the middle of an element is there, how far the element's sides are, and what it is (one stage without anchors, after FCOS, Tian et
/// al. 2019).
/// </summary>
public sealed class ElementNetwork : nn.Module<Tensor, Tensor>
{
    /// <summary>Pixels per cell of the output.</summary>
    public const int Stride = 8;

    /// <summary>What the sides of a picture must be multiples of.</summary>
    public const int Multiple = 64;

    /// <summary>Channels of the output: presence, four sides, then the kinds of <see cref="ElementKinds"/>.</summary>
    public static int Outputs => 5 + ElementKinds.All.Count;

    // At 1/4, 1/8, 1/16, 1/32 and 1/64 of the resolution.
    private static readonly long[] s_channels = [32, 64, 96, 128, 128];

    private readonly NormalizedConvolution[] _down = new NormalizedConvolution[5];
    private readonly ModuleList<ElementBlock>[] _blocks = new ModuleList<ElementBlock>[4];
    private readonly NormalizedConvolution[] _side = new NormalizedConvolution[3];
    private readonly NormalizedConvolution[] _up = new NormalizedConvolution[3];
    private readonly NormalizedConvolution _tower;
    private readonly NormalizedConvolution _head;
    private readonly ScalarType _precision;

    /// <summary>Makes a network with random weights.</summary>
    /// <param name="normalized">Whether it has normalisations, for training; a trained one has them worked into its weights.</param>
    public ElementNetwork(bool normalized)
        : base(nameof(ElementNetwork))
    {
        // Training is most of the work and does not mind bfloat16, in which convolutions take half the time; weights stay in float32.
        _precision = normalized ? bfloat16 : float32;
        _down[0] = Register("down0", new NormalizedConvolution(3, s_channels[0], 6, 4, rectified: true, normalized));
        for (int level = 1; level < _down.Length; level++)
            _down[level] = Register($"down{level}", new NormalizedConvolution(s_channels[level - 1], s_channels[level], 3, 2, rectified: true, normalized));

        for (int level = 0; level < _blocks.Length; level++)
        {
            long channels = s_channels[level + 1];
            // The finest map is the dearest.
            int count = level == 0 ? 1 : 2;
            _blocks[level] = nn.ModuleList([.. Enumerable.Range(0, count).Select(_ => new ElementBlock(channels, normalized))]);
            register_module($"blocks{level}", _blocks[level]);
        }

        for (int level = 0; level < _side.Length; level++)
        {
            long upper = s_channels[level + 2], own = s_channels[level + 1];
            _side[level] = Register($"side{level}", new NormalizedConvolution(upper, own, 1, 1, rectified: false, normalized));
            _up[level] = Register($"up{level}", new NormalizedConvolution(own, own, 3, 1, rectified: true, normalized));
        }

        long last = s_channels[1];
        _tower = Register("tower", new NormalizedConvolution(last, last, 3, 1, rectified: true, normalized));
        _head = Register("head", new NormalizedConvolution(last, Outputs, 3, 1, rectified: false, normalized: false));
        StartQuietly();
    }

    /// <summary>
    /// Screens (B, 3, H, W), as <see cref="ElementCells.Format"/> has them, H and W multiples of 64 → (B, outputs, H/8, W/8): the logit of presence,
    /// the logarithms of the distances from the cell's middle to the left, upper, right and lower side in cells, and the logits of the kinds.
    /// </summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        // Channels lie innermost in memory, which the convolutions of CPUs like best and everything after them keeps.
        Tensor x = input.permute(0, 2, 3, 1).to(_precision).contiguous().permute(0, 3, 1, 2);
        x = _down[0].call(x);
        var maps = new Tensor[4];
        for (int level = 0; level < maps.Length; level++)
        {
            x = _down[level + 1].call(x);
            foreach (ElementBlock block in _blocks[level]) x = block.call(x);
            maps[level] = x;
        }

        for (int level = maps.Length - 2; level >= 0; level--)
        {
            Tensor above = nn.functional.interpolate(_side[level].call(x), scale_factor: [2, 2]);
            x = _up[level].call(above.add_(maps[level]).relu_());
        }

        return _head.call(_tower.call(x)).to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>The weights as a network without normalisations has them; new tensors of the caller's, by name.</summary>
    public Dictionary<string, Tensor> Fold()
    {
        var folded = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, nn.Module module) in named_modules())
        {
            if (module is not NormalizedConvolution convolution) continue;
            (Tensor weight, Tensor bias) = convolution.Fold();
            folded.Add($"{name}.weight", weight.DetachFromDisposeScope());
            folded.Add($"{name}.bias", bias.DetachFromDisposeScope());
        }

        return folded;
    }

    private NormalizedConvolution Register(string name, NormalizedConvolution module)
    {
        register_module(name, module);
        return module;
    }

    // Few cells hold an element, and most elements are a few cells wide: starting there spares the first steps.
    private void StartQuietly()
    {
        using IDisposable unrecorded = no_grad();
        Dictionary<string, Tensor> state = _head.state_dict();
        state["weight"].mul_(0.1);
        using Tensor presence = state["bias"].narrow(0, 0, 1);
        using Tensor sides = state["bias"].narrow(0, 1, 4);
        presence.fill_(-4);
        sides.fill_(0.7);
    }
}

/// <summary>Two convolutions beside a shortcut.</summary>
internal sealed class ElementBlock : nn.Module<Tensor, Tensor>
{
    private readonly NormalizedConvolution _first;
    private readonly NormalizedConvolution _second;

    public ElementBlock(long channels, bool normalized)
        : base(nameof(ElementBlock))
    {
        _first = new NormalizedConvolution(channels, channels, 3, 1, rectified: true, normalized);
        _second = new NormalizedConvolution(channels, channels, 3, 1, rectified: false, normalized, scale: 0.2);
        register_module("first", _first);
        register_module("second", _second);
    }

    public override Tensor forward(Tensor input)
    {
        using Tensor between = _first.call(input);
        return _second.call(between).add_(input).relu_();
    }
}
