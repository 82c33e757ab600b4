namespace Magma.Perception;

/// <summary>A convolution of the element detector's network, with a bias and without loss at the border.</summary>
/// <param name="Name">Its weights are <c>Name.weight</c> and <c>Name.bias</c>.</param>
/// <param name="Inputs">Channels that come in.</param>
/// <param name="Outputs">Channels that go out.</param>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">What the sides of the map are divided by.</param>
/// <param name="Rectified">Whether negative values become zero.</param>
internal sealed record ElementLayer(string Name, int Inputs, int Outputs, int Kernel, int Stride, bool Rectified)
{
    /// <summary>Zeros around the map, on every side.</summary>
    public int Padding => (Kernel - Stride + 1) / 2;

    /// <summary>Whether it is the last one before a shortcut's sum.</summary>
    public bool EndsBlock => Name.EndsWith(".second", StringComparison.Ordinal);
}

/// <summary>What the network is made of, on whatever it is run on or written down as.</summary>
/// <typeparam name="TMap">A map of channels at some resolution.</typeparam>
internal interface IElementMaps<TMap>
{
    /// <summary>Runs a convolution of the network.</summary>
    TMap Convolve(ElementLayer layer, TMap map);

    /// <summary>The sum, with negative values as zero. <paramref name="map"/> is used nowhere else.</summary>
    TMap AddRectified(TMap map, TMap other);

    /// <summary>Every value in a square of two by two.</summary>
    TMap Double(TMap map);
}

/// <summary>
/// The element detector's network: a residual U-Net of plain convolutions that looks at a screen at 1/4 to 1/64 of its resolution and says for every square
/// of 8×8 pixels whether the middle of an element is there, how far the element's sides are, and what it is (one stage without anchors, after FCOS, Tian et
/// al. 2019). <see cref="ElementNetwork"/> is it for training, <see cref="ElementWeights.Open"/> for use.
/// </summary>
internal static class ElementArchitecture
{
    /// <summary>Pixels per cell of the output.</summary>
    public const int Stride = 8;

    /// <summary>What the sides of a picture must be multiples of.</summary>
    public const int Multiple = 64;

    /// <summary>The first layer's name.</summary>
    public const string First = "down0";

    /// <summary>The last layer's name.</summary>
    public const string Head = "head";

    // At 1/4, 1/8, 1/16, 1/32 and 1/64 of the resolution.
    private static readonly int[] s_channels = [32, 64, 96, 128, 128];

    // Residual blocks from 1/8 on. The finest map is the dearest.
    private static readonly int[] s_blocks = [1, 2, 2, 2];

    /// <summary>Channels of the output: presence, four sides, then the kinds of <see cref="ElementKinds"/>.</summary>
    public static int Outputs => 5 + ElementKinds.All.Count;

    /// <summary>All convolutions, in the order in which random weights are drawn.</summary>
    public static IReadOnlyList<ElementLayer> Layers { get; } = [.. AllLayers()];

    private static Dictionary<string, ElementLayer> ByName { get; } = Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);

    /// <summary>Runs the network, or writes it down.</summary>
    /// <param name="maps">What it is run on.</param>
    /// <param name="screen">Three channels, as <see cref="ElementCells.Format"/> has them.</param>
    /// <returns>
    /// At 1/8 of the resolution: the logit of presence, the logarithms of the distances from the cell's middle to the left, upper, right and lower side in
    /// cells, and the logits of the kinds.
    /// </returns>
    public static TMap Run<TMap>(IElementMaps<TMap> maps, TMap screen)
    {
        TMap Convolve(string name, TMap map) => maps.Convolve(ByName[name], map);
        TMap x = Convolve(First, screen);
        var levels = new TMap[s_blocks.Length];
        for (int level = 0; level < levels.Length; level++)
        {
            x = Convolve($"down{level + 1}", x);
            for (int block = 0; block < s_blocks[level]; block++)
                x = maps.AddRectified(Convolve($"blocks{level}.{block}.second", Convolve($"blocks{level}.{block}.first", x)), x);
            levels[level] = x;
        }

        for (int level = levels.Length - 2; level >= 0; level--)
            x = Convolve($"up{level}", maps.AddRectified(maps.Double(Convolve($"side{level}", x)), levels[level]));
        return Convolve(Head, Convolve("tower", x));
    }

    private static IEnumerable<ElementLayer> AllLayers()
    {
        yield return new(First, 3, s_channels[0], Kernel: 6, Stride: 4, Rectified: true);
        for (int level = 1; level < s_channels.Length; level++)
            yield return new($"down{level}", s_channels[level - 1], s_channels[level], Kernel: 3, Stride: 2, Rectified: true);
        for (int level = 0; level < s_blocks.Length; level++)
        {
            int own = s_channels[level + 1];
            for (int block = 0; block < s_blocks[level]; block++)
            {
                yield return new($"blocks{level}.{block}.first", own, own, Kernel: 3, Stride: 1, Rectified: true);
                yield return new($"blocks{level}.{block}.second", own, own, Kernel: 3, Stride: 1, Rectified: false);
            }
        }

        for (int level = 0; level < s_blocks.Length - 1; level++)
        {
            int own = s_channels[level + 1];
            yield return new($"side{level}", s_channels[level + 2], own, Kernel: 1, Stride: 1, Rectified: false);
            yield return new($"up{level}", own, own, Kernel: 3, Stride: 1, Rectified: true);
        }

        int last = s_channels[1];
        yield return new("tower", last, last, Kernel: 3, Stride: 1, Rectified: true);
        yield return new(Head, last, Outputs, Kernel: 3, Stride: 1, Rectified: false);
    }
}
