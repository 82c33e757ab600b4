using System.Text.Json;
using Magma.Data;
using Magma.Models.Networks;
using Magma.Models.Processing;
using Magma.Models.Tokenization;
using Magma.Torch;
using static TorchSharp.torch;

namespace Magma.Models.Checkpoints;

/// <summary>
/// A Magma checkpoint in a Hugging Face folder: config.json, safetensors (or pytorch_model.bin), tokenizer, preprocessor_config.json.
/// The weights are mapped; those whose type is kept are never copied. The owner disposes of it.
/// </summary>
public sealed class MagmaCheckpoint : IDisposable
{
    /// <summary>Files beside the weights that a copy of the checkpoint needs.</summary>
    public static IReadOnlyList<string> SmallFiles { get; } =
    [
        "config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
        "special_tokens_map.json",
        "chat_template.jinja", "dataset_statistics.json",
    ];

    private MagmaCheckpoint(
        string folder, MagmaForCausalLM model, MagmaProcessor processor, GenerationDefaults defaults,
        IReadOnlyDictionary<string, ActionStatistics> statistics)
    {
        Folder = folder;
        Model = model;
        Processor = processor;
        Defaults = defaults;
        Statistics = statistics;
    }

    /// <summary>Where it was loaded from.</summary>
    public string Folder { get; }

    /// <summary>The networks.</summary>
    public MagmaForCausalLM Model { get; }

    /// <summary>Prompts and pictures.</summary>
    public MagmaProcessor Processor { get; }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer => Processor.Tokenizer;

    /// <summary>What generation_config.json says.</summary>
    public GenerationDefaults Defaults { get; }

    /// <summary>
    /// Action statistics of the data sets that the checkpoint was trained on (dataset_statistics.json); empty when it has none.
    /// </summary>
    public IReadOnlyDictionary<string, ActionStatistics> Statistics { get; }

    /// <summary>Loads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="type">Type of the weights; null to keep the stored one.</param>
    /// <param name="device">Where they go; null for the CPU.</param>
    /// <param name="trainable">Whether they are to be trained.</param>
    /// <exception cref="InvalidDataException">Something does not fit; the message lists everything.</exception>
    public static MagmaCheckpoint Load(string folder, ScalarType? type = null, Device? device = null, bool trainable = false)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no checkpoint folder {folder}.");
        var problems = new List<string>();
        MagmaConfig? config = Gather(problems, () => MagmaConfig.Read(Path.Combine(folder, "config.json")));
        Tokenizer? tokenizer = Gather(problems, () => Tokenizer.Load(folder));
        ImageProcessorConfig? images = Gather(problems, () => ReadPreprocessor(Path.Combine(folder, "preprocessor_config.json")));
        GenerationDefaults defaults = Gather(problems, () => GenerationDefaults.Read(folder)) ?? new GenerationDefaults();
        string statisticsPath = Path.Combine(folder, "dataset_statistics.json");
        IReadOnlyDictionary<string, ActionStatistics> statistics = File.Exists(statisticsPath)
            ? Gather(problems, () => DatasetStatistics.Read(statisticsPath)) ?? new Dictionary<string, ActionStatistics>()
            : new Dictionary<string, ActionStatistics>();
        if (config is not null && tokenizer is not null) problems.AddRange(TokenProblems(config, tokenizer, defaults));
        MagmaProcessor? processor = tokenizer is null || images is null ? null
            : Gather(problems, () => new MagmaProcessor(tokenizer, new ImageProcessor(images), config?.UsesImageStartAndEnd ?? true));
        MagmaForCausalLM? model = null;
        try
        {
            using ITensorFile? weights = Gather(problems, () => TensorFiles.Open(folder));
            if (config is not null && weights is not null)
            {
                var source = new CheckpointWeights(weights, type, device, trainable);
                model = new MagmaForCausalLM(config, source);
                problems.AddRange(source.Problems(IsKnownUnused));
            }

            CheckpointWeights.Refuse(folder, problems);
        }
        catch
        {
            model?.Dispose();
            throw;
        }

        model!.eval();
        return new MagmaCheckpoint(folder, model, processor!, defaults, statistics);
    }

    /// <summary>
    /// Writes the model in the same layout: weights in shards with an index, and the small files of the folder it came from.
    /// </summary>
    /// <param name="target">The new folder, which appears whole or not at all.</param>
    /// <param name="shardBytes">The most bytes of a shard.</param>
    /// <exception cref="IOException">The new folder is there already.</exception>
    public void Save(string target, long shardBytes = ShardedWriter.DefaultShardBytes)
    {
        using AtomicFolder folder = AtomicFolder.Create(target);
        // Quantised weights are buffers.
        IEnumerable<(string Name, Tensor Tensor)> tensors =
            [.. Model.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)), .. Model.named_buffers()];
        ShardedWriter.Write(folder.Path, tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor, StringComparer.Ordinal), shardBytes);
        CopySmallFiles(Folder, folder.Path);
        folder.Commit();
    }

    /// <summary>Copies those of <see cref="SmallFiles"/> that are there into another folder.</summary>
    public static void CopySmallFiles(string from, string to)
    {
        foreach (string name in SmallFiles)
        {
            string source = Path.Combine(from, name);
            if (File.Exists(source)) AtomicFile.WriteAllBytes(Path.Combine(to, name), SmallFile.ReadAllBytes(source));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static T? Gather<T>(List<string> problems, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add(problem.Message);
            return null;
        }
    }

    private static ImageProcessorConfig ReadPreprocessor(string path)
    {
        try
        {
            using JsonDocument file = JsonDocument.Parse(SmallFile.ReadAllBytes(path));
            // The class defaults would be taken silently, and the model would see other colours than in training.
            string[] absent = [.. new[] { "image_mean", "image_std", "base_img_size", "num_crops" }.Where(name => !file.RootElement.TryGetProperty(name, out _))];
            if (absent.Length > 0) throw new InvalidDataException($"preprocessor_config.json lacks {string.Join(", ", absent)}");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"preprocessor_config.json is no JSON object: {problem.Message}", problem);
        }

        return ImageProcessorConfig.Read(path);
    }

    private static IEnumerable<string> TokenProblems(MagmaConfig config, Tokenizer tokenizer, GenerationDefaults defaults)
    {
        int? image = tokenizer.IdOf(MagmaPrompt.Image);
        if (image != config.ImageTokenId) yield return $"image_token_index is {config.ImageTokenId}, but the tokenizer's '{MagmaPrompt.Image}' is {image?.ToString() ?? "missing"}";
        if (tokenizer.BaseVocabularySize != config.TokenizerVocabularySize)
        {
            yield return $"tokenizer_vocab_size is {config.TokenizerVocabularySize}, but the tokenizer has {tokenizer.BaseVocabularySize} ordinary tokens";
        }

        if (tokenizer.VocabularySize > config.Text.VocabularySize)
        {
            yield return $"the tokenizer has {tokenizer.VocabularySize} tokens, but the model's vocabulary has {config.Text.VocabularySize} rows";
        }

        foreach ((string name, int id) in defaults.Ids())
        {
            if (id >= tokenizer.VocabularySize || tokenizer.BytesOf(id).IsEmpty)
                yield return $"generation_config.json: {name} is {id}, which no token has";
        }

        if (config.UsesImageStartAndEnd && (tokenizer.IdOf("<image_start>") is null || tokenizer.IdOf("<image_end>") is null))
        {
            yield return "mm_use_image_start_end is on, but the tokenizer has no <image_start> and <image_end>";
        }
    }

    // Parts of CLIP behind the last stage: unused, and absent from the released files.
    private static bool IsKnownUnused(string name) =>
        name.StartsWith("vision_tower.clip_vision_model.trunk.head.", StringComparison.Ordinal)
        || name.StartsWith("vision_tower.clip_vision_model.head.", StringComparison.Ordinal)
        || name.EndsWith(".inv_freq", StringComparison.Ordinal);
}
