using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Magma.Models.Networks;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>
/// Golden folders of kind <c>magma-parts</c>: parts in their published size, with weights by formula. The embedding's unused rows are
/// not filled and the head goes in slices, so a 2 GB matrix is never whole in memory.
/// </summary>
internal static class MagmaPartsParity
{
    private const double Bar = 1e-4;
    private const long HeadRows = 8192;
    private const string Head = "language_model.lm_head.weight";

    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));
        (IReadOnlyList<FormulaRule> rules, string salt) = FormulaWeights.ReadRules(document.RootElement);
        foreach (JsonProperty one in document.RootElement.GetProperty("cases").EnumerateObject())
        {
            List<ParityVerdict> verdicts;
            using (NewDisposeScope())
            using (no_grad())
            using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, one.Name + ".safetensors")))
            {
                verdicts = one.Value.TryGetProperty("depths", out _)
                    ? [.. Vision(one, file, rules, salt)]
                    : [.. Text(one, file, rules, salt, ScalarType.Float32), .. Text(one, file, rules, salt, ScalarType.BFloat16)];
            }

            foreach (ParityVerdict verdict in verdicts) yield return verdict;
        }
    }

    private static IEnumerable<ParityVerdict> Vision(JsonProperty one, SafetensorsFile file, IReadOnlyList<FormulaRule> rules, string salt)
    {
        JsonElement description = one.Value;
        var config = new VisionConfig
        {
            Depths = [.. description.GetProperty("depths").EnumerateArray().Select(value => value.GetInt32())],
            Widths = [.. description.GetProperty("dims").EnumerateArray().Select(value => value.GetInt32())],
            LayerNormEpsilon = description.GetProperty("layer_norm_eps").GetDouble(),
            ProjectorDepth = description.GetProperty("parameters").EnumerateObject()
                .Count(entry => Regex.IsMatch(entry.Name, @"^multi_modal_projector\.proj\.\d+\.weight$", RegexOptions.CultureInvariant)),
        };
        var weights = new FormulaWeights(rules, salt);
        using var tower = new ConvNeXt(config, weights.Root("vision_tower.clip_vision_model.trunk"));
        using var projector = new Projector(
            config, description.GetProperty("hidden_size").GetInt64(), weights.Root("multi_modal_projector"));
        long[] shape = [.. description.GetProperty("input_shape").EnumerateArray().Select(value => value.GetInt64())];
        Tensor pixels = FormulaWeights.Uniform(
            description.GetProperty("pixels").GetString()!, shape, description.GetProperty("pixel_scale").GetDouble());
        var maps = new List<Tensor>();
        Tensor features = tower.Encode(pixels, maps: maps);
        foreach (string name in file.Entries.Keys.Order(StringComparer.Ordinal))
        {
            Tensor actual = name switch
            {
                "projected" => projector.call(features),
                "tower_features" => features.permute(0, 3, 1, 2),
                _ => Strided(name, maps),
            };
            yield return TensorParity.Within($"{one.Name} {name}", file.Load(name), actual, Bar);
        }
    }

    /// <summary><c>after_stem_every_101st</c>, <c>after_stageK_every_101st</c>: over the flattened NCHW map.</summary>
    private static Tensor Strided(string name, List<Tensor> maps)
    {
        Match match = Regex.Match(
            name, @"^after_(stem|stage(\d+))_every_(\d+)(st|nd|rd|th)$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        if (!match.Success) throw new InvalidDataException($"The golden tensor '{name}' is not known.");
        int index = match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) + 1 : 0;
        return Every(maps[index].permute(0, 3, 1, 2), long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture));
    }

    private static Tensor Every(Tensor tensor, long stride)
    {
        Tensor flat = tensor.reshape(-1);
        return flat.index_select(0, arange(0, flat.shape[0], stride));
    }

    private static IEnumerable<ParityVerdict> Text(
        JsonProperty one, SafetensorsFile file, IReadOnlyList<FormulaRule> rules, string salt, ScalarType type)
    {
        JsonElement description = one.Value;
        var problems = new List<string>();
        Dictionary<string, JsonElement> members = description.GetProperty("config").EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        members["num_hidden_layers"] = description.GetProperty("layers");
        DecoderConfig config = DecoderConfig.Read(JsonSerializer.SerializeToElement(members), one.Name, problems);
        if (problems.Count > 0) throw new InvalidDataException(string.Join("; ", problems));
        Tensor ids = file.Load("input_ids");
        var weights = new FormulaWeights(rules, salt, type) { EmbeddingRows = [.. ids.data<long>().Distinct()] };
        // Tied, so that no head is built: it goes in slices below.
        using var decoder = new Decoder(config with { TiesEmbeddings = true }, weights.Root("language_model"));
        DecoderOutput output = decoder.Run(decoder.Embed(ids), arange(ids.shape[1]).unsqueeze(0), keepLayers: true);
        if (type == ScalarType.Float32)
        {
            foreach (string name in file.Entries.Keys.Where(name => name.StartsWith("hidden.", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                string[] parts = name.Split('.', '_');
                long stride = long.Parse(parts[^1].TrimEnd('s', 't', 'n', 'd', 'r', 'h'), CultureInfo.InvariantCulture);
                yield return TensorParity.Within(
                    $"{one.Name} {name}", file.Load(name), Every(output.Layers[int.Parse(parts[1], CultureInfo.InvariantCulture)], stride),
                    Bar);
            }

            yield return TensorParity.Within($"{one.Name} last_hidden", file.Load("last_hidden"), output.Hidden, Bar);
        }

        bool hasHead = description.GetProperty("parameters").TryGetProperty(Head, out _);
        Tensor logits = HeadInSlices(output.Hidden, weights, config, hasHead ? Head : "language_model.model.embed_tokens.weight");
        Tensor last = logits.narrow(1, logits.shape[1] - 1, 1).reshape(-1);
        if (type != ScalarType.Float32)
        {
            yield return TensorParity.LowPrecision(
                $"{one.Name} logits_last_bfloat16", file.Load("logits_last"), file.Load("logits_last_bfloat16"), last);
            yield break;
        }

        yield return TensorParity.Within($"{one.Name} logits_last", file.Load("logits_last"), last, Bar);
        foreach (string name in file.Entries.Keys.Where(name => name.StartsWith("logits_all_every_", StringComparison.Ordinal)))
        {
            long stride = long.Parse(
                name["logits_all_every_".Length..].TrimEnd('s', 't', 'n', 'd', 'r', 'h'), CultureInfo.InvariantCulture);
            yield return TensorParity.Within($"{one.Name} {name}", file.Load(name), Every(logits, stride), Bar);
        }
    }

    private static Tensor HeadInSlices(Tensor hidden, FormulaWeights weights, DecoderConfig config, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] shape = [config.VocabularySize, config.HiddenSize];
        var parts = new List<Tensor>();
        for (long first = 0; first < config.VocabularySize; first += HeadRows)
        {
            using Tensor rows = weights.Rows(name, shape, first, Math.Min(HeadRows, config.VocabularySize - first));
            parts.Add(nn.functional.linear(hidden, rows));
        }

        return cat(parts, -1).MoveToOuterDisposeScope();
    }
}
