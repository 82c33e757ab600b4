using System.Text.Json;

namespace Magma.Models.Networks;

/// <summary>Which published decoder a configuration is of; they differ in small things only.</summary>
public enum DecoderKind
{
    /// <summary>Llama 3 and 3.1.</summary>
    Llama,

    /// <summary>Biases on q, k, v.</summary>
    Qwen2,

    /// <summary>Fused projections, LongRoPE.</summary>
    Phi3,

    /// <summary>A sliding window.</summary>
    Mistral,
}

/// <summary>How rotary frequencies are changed.</summary>
public enum RopeScaling
{
    None,

    /// <summary>Llama 3.1: long waves are stretched.</summary>
    Llama3,

    /// <summary>LongRoPE: a factor per dimension, short or long by the length of the sequence.</summary>
    LongRope,
}

/// <summary>The text part of config.json.</summary>
public sealed record DecoderConfig
{
    public DecoderKind Kind { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Dimensions of a head.</summary>
    public required int HeadDimension { get; init; }

    public required int VocabularySize { get; init; }

    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>The longest sequence.</summary>
    public int MaxPositions { get; init; } = 2048;

    public double RopeTheta { get; init; } = 10000;

    public RopeScaling RopeScaling { get; init; }

    /// <summary>Llama 3.1: factor, low and high frequency factor.</summary>
    public (double Factor, double Low, double High) Llama3Scaling { get; init; }

    /// <summary>The length before stretching.</summary>
    public int OriginalMaxPositions { get; init; }

    /// <summary>LongRoPE's factors up to the original length.</summary>
    public IReadOnlyList<double> ShortFactors { get; init; } = [];

    /// <summary>LongRoPE's factors beyond it.</summary>
    public IReadOnlyList<double> LongFactors { get; init; } = [];

    /// <summary>Dimensions of a head that are rotated.</summary>
    public required int RotaryDimension { get; init; }

    /// <summary>A query sees so many tokens, itself included; null for all.</summary>
    public int? Window { get; init; }

    public bool HasQueryKeyValueBias { get; init; }

    public bool HasOutputBias { get; init; }

    public bool HasMlpBias { get; init; }

    /// <summary>Whether the head is the embedding.</summary>
    public bool TiesEmbeddings { get; init; }

    /// <summary>Standard deviation of random weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Reads a configuration; what is wrong is added to <paramref name="problems"/>.</summary>
    /// <param name="element">The object.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="problems">Receives a sentence per problem.</param>
    public static DecoderConfig Read(JsonElement element, string name, ICollection<string> problems)
    {
        var reader = new ConfigReader(element, name, problems);
        string type = reader.Text("model_type", "llama");
        DecoderKind kind = KindOf(type, name, problems);
        int hidden = reader.Integer("hidden_size", null, 1, 1 << 20), heads = reader.Integer("num_attention_heads", null, 1, 1 << 12);
        int keyValueHeads = reader.Integer("num_key_value_heads", heads, 1, 1 << 12);
        if (heads % keyValueHeads != 0) problems.Add($"{name}: {heads} heads cannot share {keyValueHeads} key and value heads");
        int headDimension = reader.Integer("head_dim", hidden / heads, 1, 1 << 14);
        if (headDimension % 2 != 0) problems.Add($"{name}: heads of {headDimension} dimensions cannot be rotated, which takes an even number");
        string activation = reader.Text("hidden_act", "silu");
        if (activation is not ("silu" or "swish")) problems.Add($"{name}.hidden_act is '{activation}', only silu is supported");
        bool bias = reader.Flag("attention_bias", false);
        double partial = reader.Number("partial_rotary_factor", 1);
        if (partial != 1 && kind != DecoderKind.Phi3) problems.Add($"{name}.partial_rotary_factor is {partial}, which only phi3 has here");
        if (reader.Member("quantization_config") is not null) problems.Add($"{name}.quantization_config: weights quantised by other programs are not read");
        if (LayerTypes(reader) is { Count: > 1 } types) problems.Add($"{name}.layer_types mixes {string.Join(" and ", types)}; all layers must be alike");
        // transformers 5 keeps theta and scaling in one object.
        JsonElement? rope = reader.Member("rope_parameters");
        var ropeReader = rope is { } given ? new ConfigReader(given, $"{name}.rope_parameters", problems) : reader;
        int rotary = kind == DecoderKind.Phi3 ? (int)(headDimension * partial) : headDimension;
        var config = new DecoderConfig
        {
            Kind = kind,
            HiddenSize = hidden,
            IntermediateSize = reader.Integer("intermediate_size", null, 1, 1 << 22),
            Layers = reader.Integer("num_hidden_layers", null, 1, 1 << 12),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDimension = headDimension,
            RotaryDimension = rotary,
            VocabularySize = reader.Integer("vocab_size", null, 1, 1 << 24),
            RmsNormEpsilon = reader.Number("rms_norm_eps", 1e-6),
            MaxPositions = reader.Integer("max_position_embeddings", 2048, 1, 1 << 26),
            RopeTheta = ropeReader.Number("rope_theta", rope is null ? 10000 : reader.Number("rope_theta", 10000)),
            Window = WindowOf(reader, kind),
            HasQueryKeyValueBias = kind == DecoderKind.Qwen2 || bias,
            HasOutputBias = kind == DecoderKind.Llama && bias,
            HasMlpBias = reader.Flag("mlp_bias", false),
            TiesEmbeddings = reader.Flag("tie_word_embeddings", false),
            InitializerRange = reader.Number("initializer_range", 0.02),
        };
        if (reader.Member("rope_scaling") is { } scaling) return ReadScaling(config, scaling, reader, $"{name}.rope_scaling", problems);
        return rope is { } parameters ? ReadScaling(config, parameters, reader, $"{name}.rope_parameters", problems) : config;
    }

    private static DecoderKind KindOf(string type, string name, ICollection<string> problems)
    {
        switch (type)
        {
            case "llama": return DecoderKind.Llama;
            case "qwen2": return DecoderKind.Qwen2;
            case "phi3": return DecoderKind.Phi3;
            case "mistral": return DecoderKind.Mistral;
            default:
                problems.Add($"{name}.model_type is '{type}'; llama, qwen2, phi3 and mistral are built");
                return DecoderKind.Llama;
        }
    }

    private static List<string> LayerTypes(ConfigReader reader) => reader.Member("layer_types") is { ValueKind: JsonValueKind.Array } types
        ? [.. types.EnumerateArray().Select(type => type.ToString()).Distinct()]
        : [];

    private static int? WindowOf(ConfigReader reader, DecoderKind kind)
    {
        if (reader.Member("sliding_window") is null || kind == DecoderKind.Llama) return null;
        if (kind == DecoderKind.Qwen2 && !reader.Flag("use_sliding_window", false)) return null;
        return reader.Integer("sliding_window", null, 1, int.MaxValue);
    }

    private static DecoderConfig ReadScaling(DecoderConfig config, JsonElement scaling, ConfigReader outer, string name, ICollection<string> problems)
    {
        var reader = new ConfigReader(scaling, name, problems);
        string type = reader.Text("rope_type", reader.Text("type", "default"));
        switch (type)
        {
            case "default":
                return config;
            case "llama3":
                return config with
                {
                    RopeScaling = RopeScaling.Llama3,
                    Llama3Scaling = (reader.Number("factor", 8), reader.Number("low_freq_factor", 1), reader.Number("high_freq_factor", 4)),
                    OriginalMaxPositions = reader.Integer("original_max_position_embeddings", null, 1, 1 << 26),
                };
            case "longrope":
                double[] shortFactors = reader.Numbers("short_factor") ?? [], longFactors = reader.Numbers("long_factor") ?? [];
                if (shortFactors.Length != config.RotaryDimension / 2 || longFactors.Length != config.RotaryDimension / 2)
                {
                    problems.Add($"{name} must have {config.RotaryDimension / 2} short and long factors, but has {shortFactors.Length} and {longFactors.Length}");
                }

                return config with
                {
                    RopeScaling = RopeScaling.LongRope,
                    ShortFactors = shortFactors,
                    LongFactors = longFactors,
                    OriginalMaxPositions = outer.Integer("original_max_position_embeddings", reader.Integer("original_max_position_embeddings", config.MaxPositions, 1, 1 << 26), 1, 1 << 26),
                };
            default:
                problems.Add($"{name} is of type '{type}'; default, llama3 and longrope are built");
                return config;
        }
    }
}
