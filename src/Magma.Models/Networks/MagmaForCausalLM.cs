using Magma.Models.Processing;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>What goes into the model: rows of token ids with one image token per picture, and the pictures' crops.</summary>
/// <param name="Ids">Token ids (rows, columns).</param>
/// <param name="Attended">Which of them are no padding; null for all.</param>
/// <param name="Grids">Crop grids of all pictures, in the order of the batch.</param>
/// <param name="Pixels">Crops of all pictures (N, 3, side, side), grids row by row; null without pictures. Owned by the caller.</param>
/// <param name="Labels">Labels (rows, columns) with -100 where nothing is trained; null without.</param>
public sealed record MagmaInput(long[,] Ids, bool[,]? Attended, IReadOnlyList<CropGrid> Grids, Tensor? Pixels, long[,]? Labels = null);

/// <summary>What the model gives. The owner disposes of it.</summary>
/// <param name="Decoder">The last hidden state and, if asked for, all layers.</param>
/// <param name="Plan">Where text and pictures stand in the merged sequence.</param>
public sealed record MagmaOutput(DecoderOutput Decoder, MergePlan Plan) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Decoder.Dispose();
}

/// <summary>The Magma model: ConvNeXt, projector, decoder. Parameter names are the published checkpoint's.</summary>
public sealed class MagmaForCausalLM : nn.Module
{
    private readonly Projector projector;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">Where the tensors come from.</param>
    public MagmaForCausalLM(MagmaConfig config, WeightStore weights)
        : base(nameof(MagmaForCausalLM))
    {
        Config = config;
        WeightScope root = weights.Root();
        var tower = new Group();
        var clip = tower.Add("clip_vision_model", new Group());
        Vision = clip.Add("trunk", new ConvNeXt(config.Vision, root.At("vision_tower").At("clip_vision_model").At("trunk")));
        register_module("vision_tower", tower);
        register_module(
            "multi_modal_projector", projector = new Projector(config.Vision, config.Text.HiddenSize, root.At("multi_modal_projector")));
        register_module("language_model", Text = new Decoder(config.Text, root.At("language_model")));
    }

    /// <summary>Sizes.</summary>
    public MagmaConfig Config { get; }

    /// <summary>The vision tower.</summary>
    public ConvNeXt Vision { get; }

    /// <summary>The language model.</summary>
    public Decoder Text { get; }

    /// <summary>Pictures to visual tokens.</summary>
    /// <param name="pixels">Crops (N, 3, side, side).</param>
    /// <param name="grids">Grids of the pictures.</param>
    /// <param name="cancellation">Asked between parts of the work.</param>
    /// <returns>Tokens of all pictures (F, hidden), and how many each has.</returns>
    public (Tensor Features, int[] Lengths) EncodeImages(
        Tensor pixels, IReadOnlyList<CropGrid> grids, CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        if (pixels.shape[0] != grids.Sum(grid => (long)grid.Count))
        {
            throw new ArgumentException($"The grids {string.Join(", ", grids)} have {grids.Sum(grid => grid.Count)} crops, but pixels of {pixels.shape[0]} were given.");
        }

        var parts = new List<Tensor>();
        var lengths = new int[grids.Count];
        long first = 0;
        for (int image = 0; image < grids.Count; image++)
        {
            CropGrid grid = grids[image];
            Tensor map = EncodeImage(pixels.narrow(0, first, grid.Count).to(Text.Type, Text.Device), grid, cancellation);
            first += grid.Count;
            parts.Add(projector.Flatten(map));
            lengths[image] = checked((int)parts[^1].shape[0]);
        }

        return (cat(parts, 0).MoveToOuterDisposeScope(), lengths);
    }

    /// <summary>Lays text and pictures out and runs the decoder over them.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="cache">Takes up the tokens, for generation; must be new.</param>
    /// <param name="keepLayers">Whether every layer's output is wanted.</param>
    /// <param name="cancellation">Asked between parts of the work.</param>
    /// <exception cref="ArgumentException">Pictures and image tokens differ in number.</exception>
    public MagmaOutput Run(MagmaInput input, DecoderCache? cache = null, bool keepLayers = false, CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor embeddings, MergePlan plan) = Merge(input, cancellation);
        Tensor positions = tensor([.. plan.Positions.Cast<long>()], device: Text.Device).reshape(plan.Rows, plan.Length);
        DecoderOutput output = Text.Run(embeddings, positions, plan.Mask, cache, keepLayers, cancellation);
        output.Hidden.MoveToOuterDisposeScope();
        foreach (Tensor layer in output.Layers) layer.MoveToOuterDisposeScope();
        return new MagmaOutput(output, plan);
    }

    /// <summary>Embeddings of the merged sequence (rows, length, hidden), and its plan.</summary>
    /// <inheritdoc cref="Run"/>
    public (Tensor Embeddings, MergePlan Plan) Merge(MagmaInput input, CancellationToken cancellation = default)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? features = null;
        int[] lengths = [];
        if (input.Grids.Count > 0)
        {
            (features, lengths) = EncodeImages(
                input.Pixels ?? throw new ArgumentException("The batch has grids but no pixels."), input.Grids, cancellation);
        }

        (Tensor embeddings, MergePlan plan) = Arrange(input, features, lengths);
        return (embeddings.MoveToOuterDisposeScope(), plan);
    }

    /// <summary>The same with zeros in place of the pictures' tokens: for a prompt whose pictures are in the cache already.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="lengths">Tokens of every picture.</param>
    public (Tensor Embeddings, MergePlan Plan) MergeText(MagmaInput input, int[] lengths)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = zeros([lengths.Sum(), Config.Text.HiddenSize], Text.Type, Text.Device);
        (Tensor embeddings, MergePlan plan) = Arrange(input, features, lengths);
        return (embeddings.MoveToOuterDisposeScope(), plan);
    }

    private (Tensor Embeddings, MergePlan Plan) Arrange(MagmaInput input, Tensor? features, int[] lengths)
    {
        using DisposeScope scope = NewDisposeScope();
        long rows = input.Ids.GetLength(0), columns = input.Ids.GetLength(1);
        bool[,] attended = input.Attended ?? All(rows, columns);
        MergePlan plan = MergePlan.Make(input.Ids, attended, Config.ImageTokenId, lengths, input.Labels);
        // The image token has a row in the embedding but is never looked up: id 0 stands in, and is not used.
        long[] ids = [.. input.Ids.Cast<long>().Select(id => id == Config.ImageTokenId ? 0 : id)];
        Tensor text = Text.Embed(tensor(ids, device: Text.Device).reshape(rows, columns)).reshape(rows * columns, -1);
        return (plan.Gather(text, features).MoveToOuterDisposeScope(), plan);
    }

    /// <summary>Mean cross entropy over the slots whose next label counts; the head runs for those only.</summary>
    /// <exception cref="ArgumentException">No label counts.</exception>
    public Tensor Loss(MagmaInput input)
    {
        using DisposeScope scope = NewDisposeScope();
        MagmaOutput output = Run(input);
        var index = new List<long>();
        var targets = new List<long>();
        for (int row = 0; row < output.Plan.Rows; row++)
        {
            for (int slot = 0; slot + 1 < output.Plan.Length; slot++)
            {
                if (output.Plan.Labels[row, slot + 1] == MergePlan.Ignored) continue;
                index.Add(((long)row * output.Plan.Length) + slot);
                targets.Add(output.Plan.Labels[row, slot + 1]);
            }
        }

        if (index.Count == 0) throw new ArgumentException("No label of the batch counts: there is nothing to learn from.");
        Tensor hidden = output.Decoder.Hidden.reshape(-1, Config.Text.HiddenSize)
            .index_select(0, tensor(index.ToArray(), device: Text.Device));
        return nn.functional.cross_entropy(Text.Logits(hidden), tensor(targets.ToArray(), device: Text.Device)).MoveToOuterDisposeScope();
    }

    private Tensor EncodeImage(Tensor crops, CropGrid grid, CancellationToken cancellation)
    {
        using DisposeScope scope = NewDisposeScope();
        long side = crops.shape[^1];
        if (Config.Vision.IsGlobal)
        {
            Tensor picture = crops.reshape(grid.Rows, grid.Columns, 3, side, side).permute(2, 0, 3, 1, 4)
                .reshape(1, 3, grid.Rows * side, grid.Columns * side);
            return projector.call(Vision.Encode(picture, cancellation)).squeeze(0).MoveToOuterDisposeScope();
        }

        Tensor features = projector.call(Vision.Encode(crops, cancellation));
        long width = features.shape[2];
        return features.reshape(grid.Rows, grid.Columns, width, width, -1).permute(0, 2, 1, 3, 4)
            .reshape(grid.Rows * width, grid.Columns * width, -1).MoveToOuterDisposeScope();
    }

    private static bool[,] All(long rows, long columns)
    {
        var mask = new bool[rows, columns];
        for (long row = 0; row < rows; row++)
        {
            for (long column = 0; column < columns; column++) mask[row, column] = true;
        }

        return mask;
    }
}
