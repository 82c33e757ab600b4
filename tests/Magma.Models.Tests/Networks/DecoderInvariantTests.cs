using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Tests.Networks;

/// <summary>What must hold for a decoder of any shape, and what configurations are refused.</summary>
public sealed class DecoderInvariantTests
{
    private const int Length = 13;

    // The factors change at the ninth token.
    private const string LongRope =
        "{\"model_type\": \"phi3\", \"num_hidden_layers\": 2, \"max_position_embeddings\": 32, \"original_max_position_embeddings\": 8, \"rope_scaling\": "
        + "{\"type\": \"longrope\", \"short_factor\": [1, 1, 1.1, 1.1, 1.2, 1.2, 1.3, 1.3], \"long_factor\": [1, 2, 3, 4, 5, 6, 7, 8]}}";

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"num_key_value_heads\": 4}")]
    [InlineData("{\"num_key_value_heads\": 1, \"head_dim\": 24, \"tie_word_embeddings\": true}")]
    [InlineData("{\"attention_bias\": true, \"mlp_bias\": true}")]
    [InlineData("{\"model_type\": \"qwen2\", \"tie_word_embeddings\": true}")]
    [InlineData("{\"model_type\": \"mistral\", \"sliding_window\": 4}")]
    [InlineData("{\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4, \"original_max_position_embeddings\": 16}}")]
    public void Cached_decoding_equals_reading_all_at_once(string changes)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        using var decoder = new Decoder(Config(changes), new SeededWeights().Root());
        Tensor ids = Ids(1), positions = arange(Length, dtype: ScalarType.Int64).unsqueeze(0);
        Tensor whole = decoder.Logits(decoder.Run(decoder.Embed(ids), positions).Hidden);
        using DecoderCache cache = decoder.NewCache(1, Length);
        for (int start = 0; start < Length;)
        {
            int count = start == 0 ? 5 : 1;
            Tensor part = decoder.Run(decoder.Embed(ids.narrow(1, start, count)), positions.narrow(1, start, count), cache: cache).Hidden;
            Near(whole.narrow(1, start, count), decoder.Logits(part));
            start += count;
        }
    }

    [Fact]
    public void Every_cached_token_is_as_if_all_before_it_were_read_at_once_while_rotary_factors_change_and_change_back()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        using var decoder = new Decoder(Config(LongRope), new SeededWeights().Root());
        Tensor ids = Ids(1), positions = arange(Length, dtype: ScalarType.Int64).unsqueeze(0);
        using DecoderCache cache = decoder.NewCache(1, Length);
        foreach (int past in (int[])[.. Enumerable.Range(0, Length), 5, 6, 7, 10])
        {
            if (past < cache.Length) cache.Rewind(past);
            int first = cache.Length, count = past + 1 - first;
            Tensor cached = decoder.Run(decoder.Embed(ids.narrow(1, first, count)), positions.narrow(1, first, count), cache: cache).Hidden;
            Tensor whole = decoder.Run(decoder.Embed(ids.narrow(1, 0, past + 1)), positions.narrow(1, 0, past + 1)).Hidden;

            Near(whole.narrow(1, first, count), cached);
            Assert.Equal(past + 1, cache.Length);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"model_type\": \"qwen2\"}")]
    [InlineData("{\"model_type\": \"mistral\", \"sliding_window\": 4}")]
    public void A_padded_row_of_a_batch_equals_the_row_alone(string changes)
    {
        const int Padding = 4;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        using var decoder = new Decoder(Config(changes), new SeededWeights().Root());
        Tensor ids = Ids(2), positions = arange(Length, dtype: ScalarType.Int64).unsqueeze(0);
        var mask = new bool[2, Length];
        for (int slot = 0; slot < Length; slot++) (mask[0, slot], mask[1, slot]) = (true, slot >= Padding);
        Tensor shifted = cat([positions, (positions - Padding).clamp_min(0)], 0);
        Tensor together = decoder.Logits(decoder.Run(decoder.Embed(ids), shifted, mask).Hidden);
        Tensor alone = decoder.Logits(decoder.Run(decoder.Embed(ids.narrow(0, 1, 1).narrow(1, Padding, Length - Padding)), positions.narrow(1, 0, Length - Padding)).Hidden);

        Near(alone, together.narrow(0, 1, 1).narrow(1, Padding, Length - Padding));
    }

    [Theory]
    [InlineData("{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}}", "'linear'")]
    [InlineData("{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}}", "'dynamic'")]
    [InlineData("{\"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 2, \"rope_theta\": 5}}", "'yarn'")]
    [InlineData("{\"model_type\": \"gemma2\"}", "'gemma2'")]
    [InlineData("{\"hidden_act\": \"gelu\"}", "'gelu'")]
    [InlineData("{\"partial_rotary_factor\": 0.5}", "partial_rotary_factor")]
    [InlineData("{\"quantization_config\": {\"bits\": 4}}", "quantization_config")]
    [InlineData("{\"layer_types\": [\"full_attention\", \"sliding_attention\"]}", "layer_types")]
    [InlineData("{\"num_key_value_heads\": 3}", "3 key and value heads")]
    [InlineData("{\"head_dim\": 15}", "15 dimensions")]
    public void A_feature_that_is_not_built_is_refused_by_name(string changes, string cause)
    {
        var problems = new List<string>();
        DecoderConfig.Read(Json(changes), "config", problems);
        Assert.Contains(problems, problem => problem.Contains(cause, StringComparison.Ordinal));
    }

    [Fact]
    public void Theta_is_found_where_later_versions_write_it()
    {
        Assert.Equal(500000, Config("{\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500000.0}}").RopeTheta);
    }

    private static DecoderConfig Config(string changes)
    {
        var problems = new List<string>();
        DecoderConfig config = DecoderConfig.Read(Json(changes), "config", problems);
        Assert.Empty(problems);
        return config;
    }

    private static JsonElement Json(string changes)
    {
        JsonObject root = JsonNode.Parse("""
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
             "vocab_size": 50, "max_position_embeddings": 64, "rope_theta": 10000.0}
            """)!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(changes)!.AsObject()) root[key] = value?.DeepClone();
        return JsonSerializer.SerializeToElement(root);
    }

    private static Tensor Ids(int rows) => tensor([.. Enumerable.Range(0, rows * Length).Select(index => (long)(index * 17 % 50))]).reshape(rows, Length);

    private static void Near(Tensor expected, Tensor actual)
    {
        float[] left = [.. expected.contiguous().data<float>()], right = [.. actual.contiguous().data<float>()];
        Assert.Equal(left.Length, right.Length);
        Assert.All(left.Zip(right), pair => Assert.InRange(pair.Second - pair.First, -1e-4f, 1e-4f));
    }

    private sealed class SeededWeights : WeightStore
    {
        private ulong state = 1;

        public override Tensor Get(string name, ReadOnlySpan<long> shape)
        {
            var values = new float[shape.ToArray().Aggregate(1L, (product, length) => product * length)];
            for (int index = 0; index < values.Length; index++)
            {
                state = (state * 6364136223846793005) + 1442695040888963407;
                values[index] = ((state >> 40) * (1f / (1 << 24))) - 0.5f;
            }

            using Tensor flat = tensor(values);
            return flat.reshape(shape.ToArray()).MoveToOuterDisposeScope();
        }
    }
}
