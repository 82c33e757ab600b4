using System.Text.Json;
using Magma.Models.Networks;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>Golden folders of kind <c>decoders</c>: small decoders of published architectures with weights by formula.</summary>
internal static class DecodersParity
{
    private const double Bar = 1e-4;

    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));
        (IReadOnlyList<FormulaRule> rules, string salt) = FormulaWeights.ReadRules(document.RootElement);
        var verdicts = new List<ParityVerdict>();
        foreach (JsonProperty model in document.RootElement.GetProperty("models").EnumerateObject())
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable unrecorded = no_grad();
            JsonElement description = model.Value.GetProperty("config");
            var problems = new List<string>();
            DecoderConfig config = description.GetProperty("model_type").GetString() is "llama" or "qwen2" or "phi3" or "mistral"
                ? DecoderConfig.Read(description, "config", problems)
                : null!;
            if (config is null)
            {
                verdicts.Add(
                    new ParityVerdict($"{model.Name} ({description.GetProperty("model_type").GetString()})", ParityOutcome.NotBuilt));
                continue;
            }

            if (problems.Count > 0) throw new InvalidDataException($"{model.Name}: {string.Join("; ", problems)}");
            var weights = new FormulaWeights(rules, salt);
            using var decoder = new Decoder(config, weights.Root());
            using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, model.Name + ".safetensors"));
            verdicts.Add(Names(model, decoder));
            verdicts.AddRange(Compare(model.Name, decoder, file));
        }

        return verdicts;
    }

    private static ParityVerdict Names(JsonProperty model, Decoder decoder)
    {
        Dictionary<string, long[]> expected = model.Value.GetProperty("parameters").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => entry.Value.EnumerateArray().Select(length => length.GetInt64()).ToArray());
        Dictionary<string, long[]> actual = decoder.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.shape);
        bool equal = expected.Count == actual.Count
            && expected.All(entry => actual.TryGetValue(entry.Key, out long[]? shape) && shape.SequenceEqual(entry.Value));
        return ParityVerdict.Exact($"{model.Name} parameter names and shapes", equal, "they differ");
    }

    private static IEnumerable<ParityVerdict> Compare(string name, Decoder decoder, SafetensorsFile file)
    {
        Tensor ids = file.Load("input_ids");
        Tensor positions = arange(ids.shape[1]).unsqueeze(0);
        DecoderOutput output = decoder.Run(decoder.Embed(ids), positions, keepLayers: true);
        for (int layer = 0; layer < output.Layers.Count; layer++)
        {
            if (file.Entries.ContainsKey($"hidden_states.{layer}"))
                yield return TensorParity.Within(
                    $"{name} hidden_states.{layer}", file.Load($"hidden_states.{layer}"), output.Layers[layer], Bar);
        }

        yield return TensorParity.Within($"{name} logits", file.Load("logits"), decoder.Logits(output.Hidden), Bar);
        Tensor expected = file.Load("greedy_tokens");
        int steps = (int)expected.shape[1];
        using (DecoderCache cache = decoder.NewCache(1, (int)ids.shape[1] + steps))
        {
            DecoderOutput prompt = decoder.Run(decoder.Embed(ids), positions, cache: cache);
            (Tensor tokens, _) = GreedyParity.Decode(decoder, cache, prompt.Hidden, [ids.shape[1]], steps);
            yield return TensorParity.Exact($"{name} greedy_tokens", expected, tokens);
        }

        if (!file.Entries.ContainsKey("batch.input_ids")) yield break;
        Tensor batch = file.Load("batch.input_ids"), attended = file.Load("batch.attention_mask");
        Tensor counted = attended.cumsum(1).sub(1).clamp_min(0);
        var mask = new bool[batch.shape[0], batch.shape[1]];
        long[] flat = [.. attended.data<long>()];
        for (int index = 0; index < flat.Length; index++) mask[index / batch.shape[1], index % batch.shape[1]] = flat[index] != 0;
        DecoderOutput both = decoder.Run(decoder.Embed(batch), counted, mask);
        yield return TensorParity.Within($"{name} batch.logits", file.Load("batch.logits"), decoder.Logits(both.Hidden), Bar, attended);
    }
}
