using System.Text.Json;
using Magma.Data;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>config.json of a Magma checkpoint.</summary>
public sealed record MagmaConfig
{
    /// <summary>The language model.</summary>
    public required DecoderConfig Text { get; init; }

    /// <summary>The vision tower and projector.</summary>
    public required VisionConfig Vision { get; init; }

    /// <summary>Id of the token that a picture replaces.</summary>
    public int ImageTokenId { get; init; } = 128257;

    /// <summary>Ordinary tokens of the tokenizer; action tokens are the last 256 of them.</summary>
    public int TokenizerVocabularySize { get; init; } = 128000;

    /// <summary>Whether prompts put start and end tokens around a picture.</summary>
    public bool UsesImageStartAndEnd { get; init; } = true;

    /// <summary>Type of the stored weights.</summary>
    public ScalarType Type { get; init; } = ScalarType.BFloat16;

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InvalidDataException">Something is wrong; the message lists everything.</exception>
    public static MagmaConfig Read(string path)
    {
        var problems = new List<string>();
        MagmaConfig config;
        try
        {
            using JsonDocument file = JsonDocument.Parse(SmallFile.ReadAllBytes(path));
            config = Read(file.RootElement, problems);
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not JSON: {problem.Message}", problem);
        }

        if (problems.Count > 0) throw new InvalidDataException($"{path} has {problems.Count} problem(s): {string.Join("; ", problems)}.");
        return config;
    }

    /// <summary>Reads the object; what is wrong is added to <paramref name="problems"/>.</summary>
    public static MagmaConfig Read(JsonElement root, ICollection<string> problems)
    {
        var reader = new ConfigReader(root, "config", problems);
        string type = reader.Text("model_type", "");
        if (type != "magma") problems.Add($"model_type is '{type}', expected 'magma'");
        if (reader.Member("vision_config") is not { } vision)
        {
            problems.Add("vision_config is missing");
            vision = default;
        }

        // A null text_config is tolerated: its keys then stand at the top level.
        JsonElement? textPart = reader.Member("text_config");
        DecoderConfig text = DecoderConfig.Read(textPart ?? WithoutType(root), textPart is null ? "config" : "text_config", problems);
        return new MagmaConfig
        {
            Text = text with { TiesEmbeddings = reader.Flag("tie_word_embeddings", text.TiesEmbeddings) },
            Vision = VisionConfig.Read(vision, problems),
            ImageTokenId = reader.Integer("image_token_index", 128257, 0, text.VocabularySize - 1),
            TokenizerVocabularySize = reader.Integer("tokenizer_vocab_size", 128000, 256, Math.Max(256, text.VocabularySize)),
            UsesImageStartAndEnd = reader.Flag("mm_use_image_start_end", true),
            Type = TypeOf(reader.Text("torch_dtype", reader.Text("dtype", "float32")), problems),
        };
    }

    private static JsonElement WithoutType(JsonElement root)
    {
        Dictionary<string, JsonElement> members = root.ValueKind == JsonValueKind.Object
            ? root.EnumerateObject().Where(member => member.Name != "model_type").ToDictionary(member => member.Name, member => member.Value)
            : [];
        return JsonSerializer.SerializeToElement(members);
    }

    private static ScalarType TypeOf(string name, ICollection<string> problems)
    {
        switch (name)
        {
            case "float32": return ScalarType.Float32;
            case "bfloat16": return ScalarType.BFloat16;
            case "float16": return ScalarType.Float16;
            default:
                problems.Add($"torch_dtype is '{name}'; float32, bfloat16 and float16 are supported");
                return ScalarType.Float32;
        }
    }
}
