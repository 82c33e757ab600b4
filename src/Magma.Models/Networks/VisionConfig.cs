using System.Text.Json;

namespace Magma.Models.Networks;

/// <summary>The vision part of config.json: a ConvNeXt and the projector behind it.</summary>
public sealed record VisionConfig
{
    /// <summary>Backbone name; it stands for depths and widths.</summary>
    public string Backbone { get; init; } = "convnextxxlarge";

    /// <summary>Blocks of the four stages.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>Channels of the four stages; the last is the width of the features.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>ε of the layer norms.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary><c>img_anyres_strategy</c>: whether crops are encoded apart ("crop") or stitched to one picture ("global").</summary>
    public bool IsGlobal { get; init; }

    /// <summary>Side of a crop in pixels.</summary>
    public int ImageSize { get; init; } = 512;

    /// <summary>Linear layers of the projector (<c>mlpNx_gelu</c>).</summary>
    public int ProjectorDepth { get; init; } = 2;

    /// <summary>Whether the projector has the two unused start and end vectors (<c>mm_use_im_start_end</c>).</summary>
    public bool HasStartAndEndSeparators { get; init; }

    /// <summary>Reads the <c>vision_config</c> object; what is wrong is added to <paramref name="problems"/>.</summary>
    public static VisionConfig Read(JsonElement element, ICollection<string> problems)
    {
        var reader = new ConfigReader(element, "vision_config", problems);
        string backbone = reader.Text("vision_backbone", "convnextxxlarge");
        (int[]? depths, int[]? widths, double epsilon) = Named(backbone);
        depths = reader.Integers("convnext_depths") ?? depths;
        widths = reader.Integers("convnext_dims") ?? widths;
        if (depths is not { Length: 4 } || widths is not { Length: 4 } || depths.Any(depth => depth is < 1 or > 1000) || widths.Any(width => width is < 1 or > 65536))
        {
            problems.Add($"vision_config.vision_backbone '{backbone}' is not known, and convnext_depths and convnext_dims do not give four stages");
            (depths, widths) = ([1, 1, 1, 1], [1, 1, 1, 1]);
        }

        string feature = reader.Text("vision_feature_layer", "clip_vis_dense");
        if (feature != "clip_vis_dense") problems.Add($"vision_config.vision_feature_layer is '{feature}', only 'clip_vis_dense' exists");
        string strategy = reader.Text("img_anyres_strategy", "crop");
        if (strategy is not ("crop" or "global")) problems.Add($"vision_config.img_anyres_strategy is '{strategy}', expected 'crop' or 'global'");
        int size = reader.Integer("img_size", 512, 32, 4096);
        if (size % 32 != 0) problems.Add($"vision_config.img_size is {size}, expected a multiple of 32");
        int width = reader.Integer("mm_hidden_size", widths[^1], 1, 65536);
        if (width != widths[^1]) problems.Add($"vision_config.mm_hidden_size is {width}, but the backbone's last stage has {widths[^1]} channels");
        return new VisionConfig
        {
            Backbone = backbone,
            Depths = depths,
            Widths = widths,
            LayerNormEpsilon = reader.Number("convnext_layer_norm_eps", epsilon),
            IsGlobal = strategy == "global",
            ImageSize = size,
            ProjectorDepth = DepthOf(reader.Text("mm_projector_type", "linear"), problems),
            HasStartAndEndSeparators = reader.Flag("mm_use_im_start_end", false),
        };
    }

    /// <summary>Depths, widths and ε of the published backbones (timm, open_clip).</summary>
    private static (int[]? Depths, int[]? Widths, double Epsilon) Named(string backbone) => backbone switch
    {
        "convnextxxlarge" => ([3, 4, 30, 3], [384, 768, 1536, 3072], 1e-5),
        "convnextlarge" => ([3, 3, 27, 3], [192, 384, 768, 1536], 1e-6),
        "convnextbase" => ([3, 3, 27, 3], [128, 256, 512, 1024], 1e-6),
        "convnexttiny" => ([3, 3, 9, 3], [96, 192, 384, 768], 1e-6),
        _ => (null, null, 1e-5),
    };

    private static int DepthOf(string type, ICollection<string> problems)
    {
        if (type.StartsWith("mlp", StringComparison.Ordinal) && type.EndsWith("x_gelu", StringComparison.Ordinal)
            && int.TryParse(type.AsSpan(3, type.Length - 9), out int depth) && depth is >= 1 and <= 16)
        {
            return depth;
        }

        // The published code accepts any other name and then has no projector: it fails at the first picture.
        problems.Add($"vision_config.mm_projector_type is '{type}', expected mlpNx_gelu, such as mlp1x_gelu for one linear layer");
        return 1;
    }
}
