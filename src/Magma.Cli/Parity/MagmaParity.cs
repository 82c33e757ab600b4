using System.Text.Json;
using Magma.Models.Checkpoints;
using Magma.Models.Networks;
using Magma.Models.Processing;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>
/// Golden folders of kind <c>magma</c>: the whole model in small. Every stage in float32, logits in bfloat16, the global strategy,
/// greedy decoding with a cache, and training steps.
/// </summary>
internal static class MagmaParity
{
    private const double Bar = 1e-4;

    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));
        JsonElement root = document.RootElement;
        MagmaConfig config = MagmaConfig.Read(Path.Combine(folder, "config.json"));
        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        MagmaForCausalLM Build(ScalarType type, bool isGlobal = false, bool trainable = false)
        {
            var source = new CheckpointWeights(weights, type, trainable: trainable);
            var model = new MagmaForCausalLM(config with { Vision = config.Vision with { IsGlobal = isGlobal } }, source);
            source.Finish(folder);
            return model;
        }

        var verdicts = new List<ParityVerdict>();
        verdicts.AddRange(Formula(folder, weights));
        using MagmaForCausalLM single = Build(ScalarType.Float32), half = Build(ScalarType.BFloat16), stitched = Build(ScalarType.Float32, isGlobal: true);
        foreach (JsonProperty entry in root.GetProperty("cases").EnumerateObject())
        {
            using DisposeScope scope = NewDisposeScope();
            using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, entry.Name + ".safetensors"));
            var one = new GoldenCase(
                entry.Name, entry.Value, file, root.GetProperty("base").GetInt32(), root.GetProperty("pixel_scale").GetDouble());
            if (entry.Value.TryGetProperty("optimizer", out JsonElement optimizer))
            {
                using MagmaForCausalLM trained = Build(ScalarType.Float32, trainable: true);
                verdicts.AddRange(Train(one, optimizer, trained));
            }
            else
            {
                using IDisposable unrecorded = no_grad();
                verdicts.AddRange(Forward(one, single, half, stitched));
            }
        }

        return verdicts;
    }

    /// <summary>A case's inputs, and its expected tensors by name.</summary>
    private sealed record GoldenCase(string Name, JsonElement Description, SafetensorsFile File, int Side, double PixelScale)
    {
        public bool Has(string name) => File.Entries.ContainsKey(name);

        public Tensor this[string name] => File.Load(name);

        public MagmaInput Input(bool withLabels = false)
        {
            long[,] ids = Numbers(this["input_ids"]), mask = Numbers(this["attention_mask"]);
            var attended = new bool[mask.GetLength(0), mask.GetLength(1)];
            for (int row = 0; row < mask.GetLength(0); row++)
            {
                for (int column = 0; column < mask.GetLength(1); column++) attended[row, column] = mask[row, column] != 0;
            }

            List<CropGrid> grids = [.. Description.GetProperty("image_grids").EnumerateArray().SelectMany(row => row.EnumerateArray())
                .Select(grid => new CropGrid(grid[0].GetInt32(), grid[1].GetInt32()))];
            List<string> names = [.. Description.GetProperty("pixels").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(name => name.GetString()!)];
            Tensor? pixels = grids.Count == 0 ? null
                : cat([.. grids.Zip(names, (grid, name) => FormulaWeights.Uniform(name, [grid.Count, 3, Side, Side], PixelScale))], 0);
            return new MagmaInput(ids, attended, grids, pixels, withLabels ? Numbers(this["labels"]) : null);
        }

        private static long[,] Numbers(Tensor tensor)
        {
            var numbers = new long[tensor.shape[0], tensor.shape[1]];
            long[] flat = [.. tensor.data<long>()];
            for (int index = 0; index < flat.Length; index++) numbers[index / tensor.shape[1], index % tensor.shape[1]] = flat[index];
            return numbers;
        }
    }

    private static IEnumerable<ParityVerdict> Formula(string folder, SafetensorsFile weights)
    {
        string path = Path.Combine(folder, "weights.json");
        if (!File.Exists(path)) yield break;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        (IReadOnlyList<FormulaRule> rules, string salt) = FormulaWeights.ReadRules(document.RootElement);
        var formula = new FormulaWeights(rules, salt);
        string? different = null;
        foreach ((string name, SafetensorsEntry entry) in weights.Entries)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor stored = weights.Load(name), made = formula.Get(name, [.. entry.Shape]);
            if (!stored.eq(made).all().item<bool>()) different ??= name;
        }

        yield return ParityVerdict.Exact("weights by formula", different is null, $"{different} differs");
    }

    private static IEnumerable<ParityVerdict> Forward(
        GoldenCase one, MagmaForCausalLM single, MagmaForCausalLM half, MagmaForCausalLM stitched)
    {
        MagmaInput input = one.Input();
        if (input.Pixels is { } pixels)
        {
            Tensor map = single.Vision.call(pixels).permute(0, 3, 1, 2);
            yield return TensorParity.Within($"{one.Name} tower_features", one["tower_features"], map, Bar);
            (Tensor features, int[] lengths) = single.EncodeImages(pixels, input.Grids);
            yield return TensorParity.Within($"{one.Name} image_features", one["image_features"], features, Bar);
            yield return TensorParity.Exact(
                $"{one.Name} feature_lens", one["feature_lens"], tensor([.. lengths.Select(length => (long)length)]));
            (Tensor all, _) = stitched.EncodeImages(pixels, input.Grids);
            yield return TensorParity.Within($"{one.Name} image_features_global", one["image_features_global"], all, Bar);
            (Tensor embeddings, MergePlan merged) = single.Merge(input);
            yield return TensorParity.Exact(
                $"{one.Name} merged_attention_mask", one["merged_attention_mask"], MaskOf(merged).to(ScalarType.Int64));
            yield return TensorParity.Exact(
                $"{one.Name} merged_position_ids", one["merged_position_ids"],
                tensor([.. merged.Positions.Cast<long>()]).reshape(merged.Rows, merged.Length));
            yield return TensorParity.Within($"{one.Name} merged_embeddings", one["merged_embeddings"], embeddings, Bar, MaskOf(merged));
        }

        MagmaOutput output = single.Run(input, keepLayers: true);
        Tensor mask = MaskOf(output.Plan);
        for (int layer = 0; layer < output.Decoder.Layers.Count; layer++)
        {
            yield return TensorParity.Within(
                $"{one.Name} hidden_states.{layer}", one[$"hidden_states.{layer}"], output.Decoder.Layers[layer], Bar, mask);
        }

        yield return TensorParity.Within($"{one.Name} logits", one["logits"], single.Text.Logits(output.Decoder.Hidden), Bar, mask);
        MagmaOutput low = half.Run(input);
        yield return TensorParity.LowPrecision(
            $"{one.Name} logits_bfloat16", one["logits"], one["logits_bfloat16"], half.Text.Logits(low.Decoder.Hidden), mask);
        if (one.Has("logits_global"))
        {
            MagmaOutput other = stitched.Run(input);
            yield return TensorParity.Within(
                $"{one.Name} logits_global", one["logits_global"], stitched.Text.Logits(other.Decoder.Hidden), Bar, mask);
        }

        if (!one.Has("greedy_tokens")) yield break;
        Tensor expected = one["greedy_tokens"];
        int steps = (int)expected.shape[1];
        using DecoderCache cache = single.Text.NewCache((int)expected.shape[0], output.Plan.Length + steps);
        MagmaOutput prompt = single.Run(input, cache);
        long[] next = [.. Enumerable.Range(0, prompt.Plan.Rows).Select(row => Enumerable.Range(0, prompt.Plan.Length).Count(slot => prompt.Plan.Mask[row, slot]))];
        (Tensor tokens, Tensor last) = GreedyParity.Decode(single.Text, cache, prompt.Decoder.Hidden, next, steps);
        yield return TensorParity.Exact($"{one.Name} greedy_tokens", expected, tokens);
        yield return TensorParity.Within($"{one.Name} greedy_last_logits", one["greedy_last_logits"], last, Bar);
    }

    private static IEnumerable<ParityVerdict> Train(GoldenCase one, JsonElement optimizer, MagmaForCausalLM model)
    {
        const double GradientBar = 1e-5, LossBar = 1e-5, WeightBar = 2e-4;
        MagmaInput input = one.Input(withLabels: true);
        (_, MergePlan plan) = model.Merge(input);
        yield return TensorParity.Exact(
            $"{one.Name} merged_labels", one["merged_labels"], tensor([.. plan.Labels.Cast<long>()]).reshape(plan.Rows, plan.Length),
            MaskOf(plan));
        double[] losses =
            [.. one.Description.GetProperty("float64").GetProperty("loss").EnumerateArray().Select(value => value.GetDouble())];
        double[] norms =
            [.. one.Description.GetProperty("float64").GetProperty("grad_norm").EnumerateArray().Select(value => value.GetDouble())];
        var steps = new AdamWSteps(optimizer, [.. model.named_parameters()]);
        for (int step = 0; step < losses.Length; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor loss = model.Loss(input);
            loss.backward();
            double value = loss.item<float>();
            yield return Relative($"{one.Name} loss {step}", losses[step], value, LossBar);
            if (step == 0)
            {
                foreach ((string name, Tensor parameter) in model.named_parameters())
                {
                    if (!one.Has($"grad.{name}")) continue;
                    yield return parameter.grad is { } gradient
                        ? TensorParity.Within($"{one.Name} grad.{name}", one[$"grad.{name}"], gradient, GradientBar)
                        : new ParityVerdict($"{one.Name} grad.{name}", ParityOutcome.Different, Note: "there is no gradient");
                }
            }

            yield return Relative($"{one.Name} grad_norm {step}", norms[step], steps.Step(), LossBar);
            model.zero_grad();
        }

        foreach ((string name, Tensor parameter) in model.named_parameters())
        {
            if (one.Has($"after5.{name}"))
                yield return TensorParity.Within($"{one.Name} after5.{name}", one[$"after5.{name}"], parameter.detach(), WeightBar);
        }
    }

    private static ParityVerdict Relative(string name, double expected, double actual, double bar)
    {
        double relative = Math.Abs(actual - expected) / Math.Abs(expected);
        return new ParityVerdict(
            name, relative <= bar ? ParityOutcome.Equal : ParityOutcome.Different, Math.Abs(actual - expected), relative, FormattableString.Invariant($"{bar:g3} relative"));
    }

    private static Tensor MaskOf(MergePlan plan) => tensor([.. plan.Mask.Cast<bool>()]).reshape(plan.Rows, plan.Length);
}
