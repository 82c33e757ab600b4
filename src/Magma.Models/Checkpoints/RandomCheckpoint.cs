using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Models.Networks;
using Magma.Models.Processing;
using Magma.Models.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Checkpoints;

/// <summary>
/// Checkpoints of known shapes with random weights, written a shard at a time: for tests, measurements and fresh training.
/// </summary>
public static class RandomCheckpoint
{
    /// <summary>The shapes that can be made.</summary>
    public static IReadOnlyList<string> Names { get; } = ["magma-8b", "magma-1b", "magma-tiny"];

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="name">One of <see cref="Names"/>, in small or capital letters.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="llama3Tokenizer">Llama 3's tokenizer.json, from which Magma's is made.</param>
    /// <param name="seed">Start of the random numbers.</param>
    /// <param name="type">Type of the weights: bfloat16 or float32.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InvalidDataException">The shape is not known.</exception>
    public static void Write(
        string name, string folder, string llama3Tokenizer, ulong seed, ScalarType type = ScalarType.BFloat16,
        CancellationToken cancellation = default)
    {
        JsonObject config = ConfigOf(name, type);
        using AtomicFolder whole = AtomicFolder.Create(folder);
        folder = whole.Path;
        WriteText(folder, "config.json", config);
        WriteText(
            folder, "generation_config.json",
            new JsonObject { ["bos_token_id"] = 128000, ["eos_token_id"] = 128009, ["pad_token_id"] = 128256 });
        AtomicFile.WriteAllBytes(
            Path.Combine(folder, "preprocessor_config.json"),
            System.Text.Encoding.UTF8.GetBytes((ImageProcessorConfig.Released with { BaseSize = (int)config["vision_config"]!["img_size"]! }).ToJson()));
        AtomicFile.WriteAllBytes(
            Path.Combine(folder, "tokenizer.json"),
            MagmaTokenizer.TokenizerJson(File.ReadAllBytes(llama3Tokenizer)));
        AtomicFile.WriteAllBytes(Path.Combine(folder, "tokenizer_config.json"), MagmaTokenizer.ConfigJson());
        var shapes = new ShapeRecorder();
        using (new MagmaForCausalLM(MagmaConfig.Read(Path.Combine(folder, "config.json")), shapes)) { }
        int size = type.ElementSize();
        ShardedWriter.Write(
            folder,
            [.. shapes.Shapes.Select(entry => (entry.Key, entry.Value.Aggregate((long)size, (product, length) => product * length)))],
            tensor => Make(tensor, shapes.Shapes[tensor], seed, type, cancellation));
        whole.Commit();
    }

    private static void WriteText(string folder, string name, JsonObject content) => AtomicFile.WriteAllBytes(
        Path.Combine(folder, name), System.Text.Encoding.UTF8.GetBytes(content.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));

    private static JsonObject ConfigOf(string name, ScalarType type)
    {
        (JsonObject text, string backbone, JsonArray? depths, JsonArray? widths, int side) = name.ToLowerInvariant() switch
        {
            "magma-8b" => (TextOf(4096, 14336, 32, 32, 8, 8192), "convnextxxlarge", null, null, 512),
            "magma-1b" => (TextOf(2048, 8192, 16, 32, 8, 8192), "convnextlarge", null, null, 512),
            "magma-tiny" => (
                TextOf(64, 160, 3, 4, 2, 8192), "convnext-tiny-random", new JsonArray(1, 1, 2, 1), new JsonArray(16, 32, 48, 64), 64),
            _ => ((JsonObject)[], "", (JsonArray?)null, (JsonArray?)null, 0),
        };
        if (side == 0) throw new InvalidDataException($"'{name}' is no known shape; known are {string.Join(", ", Names)}.");
        var vision = new JsonObject
        {
            ["vision_backbone"] = backbone,
            ["vision_feature_layer"] = "clip_vis_dense",
            ["img_anyres_strategy"] = "crop",
            ["img_size"] = side,
            ["max_num_crops"] = 4,
            ["mm_projector_type"] = "mlp2x_gelu",
            ["mm_use_im_start_end"] = false,
        };
        if (depths is not null) vision["convnext_depths"] = depths;
        if (widths is not null) vision["convnext_dims"] = widths;
        return new JsonObject
        {
            ["architectures"] = new JsonArray("MagmaForCausalLM"),
            ["image_token_index"] = 128257,
            ["mm_use_image_start_end"] = true,
            ["model_type"] = "magma",
            ["text_config"] = text,
            ["tie_word_embeddings"] = false,
            ["tokenizer_vocab_size"] = 128000,
            ["torch_dtype"] = type == ScalarType.BFloat16 ? "bfloat16" : "float32",
            ["vision_config"] = vision,
        };
    }

    private static JsonObject TextOf(int hidden, int intermediate, int layers, int heads, int keyValueHeads, int positions) => new()
    {
        ["hidden_act"] = "silu",
        ["hidden_size"] = hidden,
        ["initializer_range"] = 0.02,
        ["intermediate_size"] = intermediate,
        ["max_position_embeddings"] = positions,
        ["model_type"] = "llama",
        ["num_attention_heads"] = heads,
        ["num_hidden_layers"] = layers,
        ["num_key_value_heads"] = keyValueHeads,
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 500000.0,
        ["vocab_size"] = 128320,
    };

    /// <summary>Uniform numbers of the usual deviation; norms 1, layer scales 0.1, biases and separators 0.</summary>
    private static Tensor Make(string name, long[] shape, ulong seed, ScalarType type, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("seperator", StringComparison.Ordinal))
            return zeros(shape, type);
        if (name.EndsWith("gamma", StringComparison.Ordinal)) return full(shape, 0.1, type);
        if (shape.Length == 1) return ones(shape, type);
        Tensor tensor = empty(shape, type, CPU);
        using Tensor flat = tensor.view(-1);
        const long Chunk = 1 << 22;
        ulong start = seed;
        foreach (char character in name) start = (start ^ character) * 0x100000001B3;
        Parallel.For(0, (flat.shape[0] + Chunk - 1) / Chunk, chunk =>
        {
            using Tensor part = flat.narrow(0, chunk * Chunk, Math.Min(Chunk, flat.shape[0] - (chunk * Chunk)));
            Fill(part.bytes, type, start + ((ulong)chunk * Chunk * Step));
        });
        return tensor;
    }

    private const ulong Step = 0x9E3779B97F4A7C15;

    private static void Fill(Span<byte> bytes, ScalarType type, ulong state)
    {
        const float Range = 0.0346f;
        Span<float> single = type == ScalarType.Float32 ? MemoryMarshal.Cast<byte, float>(bytes) : default;
        Span<ushort> half = type == ScalarType.Float32 ? default : MemoryMarshal.Cast<byte, ushort>(bytes);
        int count = Math.Max(single.Length, half.Length);
        for (int index = 0; index < count; index++)
        {
            state += Step;
            ulong x = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            float value = (((x >> 40) * (1f / (1 << 23))) - 1f) * Range;
            if (half.IsEmpty) single[index] = value;
            else half[index] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        }
    }

    /// <summary>Notes the names and shapes that a network asks for; its tensors take no memory.</summary>
    private sealed class ShapeRecorder : WeightStore
    {
        public OrderedDictionary<string, long[]> Shapes { get; } = new(StringComparer.Ordinal);

        public override Tensor Get(string name, ReadOnlySpan<long> shape)
        {
            Shapes[name] = shape.ToArray();
            using Tensor zero = zeros([], ScalarType.Float32);
            return zero.expand(shape.ToArray());
        }
    }
}
