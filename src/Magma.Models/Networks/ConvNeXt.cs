using Magma.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

// B crops, H W rows and columns of the feature map, C channels.

/// <summary>
/// The headless ConvNeXt that CLIP training made (timm's, non-convolutional MLP): the last stage's feature map, a 32nd of the
/// picture's side.
/// </summary>
public sealed class ConvNeXt : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> stemConvolution;
    private readonly nn.Module<Tensor, Tensor> stemNorm;
    private readonly ConvNeXtStage[] stages;

    /// <param name="config">Depths, widths and ε.</param>
    /// <param name="weights">Weights of the trunk.</param>
    public ConvNeXt(VisionConfig config, WeightScope weights)
        : base(nameof(ConvNeXt))
    {
        WeightScope stem = weights.At("stem");
        var stemGroup = new Group();
        stemConvolution = stemGroup.Add("0", new Convolution(stem.At(0), 3, config.Widths[0], kernel: 4, stride: 4));
        stemNorm = stemGroup.Add("1", new LayerNorm(stem.At(1), config.Widths[0], config.LayerNormEpsilon));
        register_module("stem", stemGroup);
        var stageGroup = new Group();
        stages = new ConvNeXtStage[config.Depths.Count];
        for (int stage = 0; stage < stages.Length; stage++)
        {
            stages[stage] = stageGroup.Add(stage.ToString(System.Globalization.CultureInfo.InvariantCulture), new ConvNeXtStage(config, stage, weights.At("stages").At(stage)));
        }

        register_module("stages", stageGroup);
    }

    /// <summary>Pictures (B, 3, H, W), sides multiples of 32 → features (B, H/32, W/32, C).</summary>
    public override Tensor forward(Tensor input) => Encode(input);

    /// <inheritdoc cref="forward"/>
    /// <param name="input">Pictures.</param>
    /// <param name="cancellation">Asked before every block.</param>
    /// <param name="maps">If given, takes up what comes out of the stem and of every stage, (B, h, w, C); the caller disposes of them.</param>
    public Tensor Encode(Tensor input, CancellationToken cancellation = default, ICollection<Tensor>? maps = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = stemNorm.call(stemConvolution.call(input.permute(0, 2, 3, 1)));
        foreach (ConvNeXtStage stage in stages)
        {
            maps?.Add(x.alias().MoveToOuterDisposeScope());
            x = stage.Encode(x, cancellation);
        }

        maps?.Add(x.alias().MoveToOuterDisposeScope());
        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>A stage: halves the map (but for the first stage), then blocks.</summary>
internal sealed class ConvNeXtStage : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>? norm;
    private readonly nn.Module<Tensor, Tensor>? halving;
    private readonly ConvNeXtBlock[] blocks;

    public ConvNeXtStage(VisionConfig config, int stage, WeightScope weights)
        : base(nameof(ConvNeXtStage))
    {
        long width = config.Widths[stage];
        if (stage > 0)
        {
            long before = config.Widths[stage - 1];
            var group = new Group();
            norm = group.Add("0", new LayerNorm(weights.At("downsample").At(0), before, config.LayerNormEpsilon));
            halving = group.Add("1", new Convolution(weights.At("downsample").At(1), before, width, kernel: 2, stride: 2));
            register_module("downsample", group);
        }

        var blockGroup = new Group();
        blocks = new ConvNeXtBlock[config.Depths[stage]];
        for (int block = 0; block < blocks.Length; block++)
        {
            blocks[block] = blockGroup.Add(
                block.ToString(System.Globalization.CultureInfo.InvariantCulture), new ConvNeXtBlock(width, config.LayerNormEpsilon, weights.At("blocks").At(block)));
        }

        register_module("blocks", blockGroup);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Encode(input, CancellationToken.None);

    public Tensor Encode(Tensor input, CancellationToken cancellation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = norm is null ? input.alias() : halving!.call(norm.call(input));
        foreach (ConvNeXtBlock block in blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor next = block.call(x);
            x.Dispose();
            x = next;
        }

        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>x + gamma · fc2(gelu(fc1(norm(depthwise 7×7(x))))).</summary>
internal sealed class ConvNeXtBlock : nn.Module<Tensor, Tensor>
{
    private readonly Convolution depthwise;
    private readonly LayerNorm norm;
    private readonly FusedLinear widen;
    private readonly FusedLinear narrow;
    private readonly Parameter gamma;

    public ConvNeXtBlock(long width, double epsilon, WeightScope weights)
        : base(nameof(ConvNeXtBlock))
    {
        gamma = weights.Get("gamma", width);
        depthwise = new Convolution(weights.At("conv_dw"), width, width, kernel: 7, padding: 3, groups: width);
        norm = new LayerNorm(weights.At("norm"), width, epsilon);
        var mlp = new Group();
        widen = mlp.Add("fc1", weights.At("mlp").Linear("fc1", width, 4 * width));
        narrow = mlp.Add("fc2", weights.At("mlp").Linear("fc2", 4 * width, width));
        register_parameter("gamma", gamma);
        register_module("conv_dw", depthwise);
        register_module("norm", norm);
        register_module("mlp", mlp);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mixed = FusedKernels.DepthwiseNorm(input, depthwise.Weight, depthwise.Bias, norm.Weight, norm.Bias, norm.Epsilon);
        return narrow.ScaleAndAdd(widen.Gelu(mixed), gamma, input).MoveToOuterDisposeScope();
    }
}
