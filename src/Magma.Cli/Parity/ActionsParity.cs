using System.Globalization;
using System.Text.Json;
using Magma.Data;
using Magma.Models.Tokenization;
using Magma.Torch;
using TorchSharp;

namespace Magma.Cli.Parity;

/// <summary>
/// Golden folders of kind <c>actions</c>: the action codec, statistics, gripper signals, rotations, the SimplerEnv and LIBERO adapters'
/// arithmetic. What belongs to data-set readers is printed as not built.
/// </summary>
internal static class ActionsParity
{
    private const double Bar = 1e-12;
    private const double SingleBar = 1e-6;

    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));
        JsonElement root = document.RootElement;
        int vocabulary = root.TryGetProperty("about", out JsonElement about) && about.TryGetProperty("vocab_size", out JsonElement size) ? size.GetInt32() : 128000;
        var codec = new ActionCodec(vocabulary);
        var verdicts = new List<ParityVerdict>();
        foreach (JsonProperty section in root.EnumerateObject()) verdicts.AddRange(Section(section, root, codec));
        string values = Path.Combine(folder, "values.safetensors");
        if (File.Exists(values)) verdicts.AddRange(Values(values, codec));
        return verdicts;
    }

    private static IEnumerable<ParityVerdict> Section(JsonProperty section, JsonElement root, ActionCodec codec)
    {
        JsonElement value = section.Value;
        return section.Name switch
        {
            "about" or "libero_statistics" => [],
            "edges" => [Close("edges", Numbers(value), ActionCodec.Edges.ToArray(), Bar)],
            "centres" => [Close("centres", Numbers(value), ActionCodec.Centres.ToArray(), Bar)],
            "token_table" => TokenTexts(value),
            "special" => Each(section, row => Special(row, codec)),
            "integer_input" => Each(section, row => row.GetProperty("id").GetInt32() == codec.Encode(Number(row.GetProperty("value")))),
            "decode_any_id" => Each(section, row => Math.Abs(codec.DecodeAny(row.GetProperty("id").GetInt32()) - Number(row.GetProperty("decoded"))) <= Bar),
            "actions_as_text" => ActionTexts(value, codec),
            "statistics" => value.EnumerateArray().SelectMany(Statistics),
            "simpler_episodes" => value.EnumerateArray().SelectMany(episode => Episode(episode, codec)),
            "libero" => value.EnumerateArray().Select((row, index) => Libero(row, index, root.GetProperty("libero_statistics"), codec)),
            "libero_prompt" => [ParityVerdict.Exact("libero_prompt", value.GetProperty("prompt_flag_on").GetString() == MagmaPrompt.Question(MagmaPrompt.RobotAction(value.GetProperty("task").GetString()!)))],
            "libero_gripper" => Each(section, LiberoGripper),
            "rlds_binarize_gripper" => Each(section, row => Same(GripperSignal.Binarize(Singles(row.GetProperty("in"))), row.GetProperty("out"))),
            "rlds_invert_gripper" => Each(section, row => Same(GripperSignal.Invert(Singles(row.GetProperty("in"))), row.GetProperty("out"))),
            "rlds_relative_to_absolute_gripper" => Each(section, row => Same(GripperSignal.RelativeToAbsolute(Singles(row.GetProperty("in"))), row.GetProperty("out"))),
            "rlds_normalize" => value.EnumerateArray().SelectMany(Normalize),
            "rlds_statistics" => Each(section, StatisticsOfTrajectories),
            _ => [new ParityVerdict(section.Name, ParityOutcome.NotBuilt)],
        };
    }

    private static IEnumerable<ParityVerdict> Each(JsonProperty section, Func<JsonElement, bool> isEqual)
    {
        IEnumerable<JsonElement> rows = section.Value.ValueKind == JsonValueKind.Array ? section.Value.EnumerateArray() : [section.Value];
        return rows.Select((row, index) => ParityVerdict.Exact($"{section.Name}:{index}", isEqual(row), "the values differ")).ToList();
    }

    private static bool Special(JsonElement row, ActionCodec codec)
    {
        double value = Number(row.GetProperty("value"));
        int bin = ActionCodec.BinOf(value), id = codec.VocabularySize - bin;
        return bin == row.GetProperty("bin").GetInt32() && id == row.GetProperty("id").GetInt32() && Math.Abs(codec.DecodeAny(id) - Number(row.GetProperty("decoded"))) <= Bar;
    }

    private static IEnumerable<ParityVerdict> TokenTexts(JsonElement rows)
    {
        Tokenizer tokenizer = Tokenizer.Parse(File.ReadAllBytes(NpmPackages.Llama3Tokenizer));
        return [.. rows.EnumerateArray().Select(row => ParityVerdict.Exact(
            $"token_table {row.GetProperty("id").GetInt32()}", tokenizer.Decode([row.GetProperty("id").GetInt32()]) == row.GetProperty("text").GetString(), "the text differs"))];
    }

    private static IEnumerable<ParityVerdict> ActionTexts(JsonElement rows, ActionCodec codec)
    {
        Tokenizer tokenizer = Tokenizer.Parse(File.ReadAllBytes(NpmPackages.Llama3Tokenizer));
        return [.. rows.EnumerateArray().Select((row, index) =>
        {
            int[] ids = codec.Encode(Numbers(row.GetProperty("action")));
            bool equal = ids.SequenceEqual(Ids(row.GetProperty("ids"))) && tokenizer.Decode(ids) == row.GetProperty("text").GetString();
            return ParityVerdict.Exact($"actions_as_text:{index}", equal, "ids or text differ");
        })];
    }

    private static IEnumerable<ParityVerdict> Statistics(JsonElement row)
    {
        string key = row.GetProperty("key").GetString()!;
        if (BuiltIn(key) is not { } ours)
        {
            yield return new ParityVerdict($"statistics {key}", ParityOutcome.NotBuilt);
            yield break;
        }

        ActionStatistics theirs = ActionStatistics.Parse(row, key);
        foreach ((string name, double[] expected, double[] actual) in new[]
        {
            ("mean", theirs.Mean, ours.Mean), ("std", theirs.Std, ours.Std), ("min", theirs.Min, ours.Min),
            ("max", theirs.Max, ours.Max), ("q01", theirs.Q01, ours.Q01), ("q99", theirs.Q99, ours.Q99),
        })
        {
            yield return Close($"statistics {key} {name}", expected, actual, Bar);
        }

        yield return ParityVerdict.Exact($"statistics {key} mask", theirs.Mask!.SequenceEqual(ours.Mask!));
    }

    private static ActionStatistics? BuiltIn(string key) => key switch
    {
        "bridge_orig" => ActionStatistics.BridgeOrig,
        "google_robot" => ActionStatistics.GoogleRobot,
        _ => null,
    };

    private static IEnumerable<ParityVerdict> Episode(JsonElement episode, ActionCodec codec)
    {
        string name = $"simpler_episodes {episode.GetProperty("id").GetString()}";
        if (BuiltIn(episode.GetProperty("unnorm_key").GetString()!) is not { } statistics)
        {
            yield return new ParityVerdict(name, ParityOutcome.NotBuilt);
            yield break;
        }

        JsonElement options = episode.GetProperty("options");
        double scale = options.TryGetProperty("action_scale", out JsonElement given) ? given.GetDouble() : 1;
        int repeats = options.TryGetProperty("sticky_gripper_num_repeat", out JsonElement count) ? count.GetInt32() : 10;
        bool isGoogle = episode.GetProperty("policy_setup").GetString() == "google_robot";
        var gripper = new StickyGripper(repeats);
        int index = 0;
        foreach (JsonElement step in episode.GetProperty("steps").EnumerateArray())
        {
            double[] raw = statistics.Unnormalize([.. Ids(step.GetProperty("ids")).Select(codec.DecodeAny)]);
            (double x, double y, double z) = Rotations.EulerToAxisAngle(raw[3], raw[4], raw[5]);
            double hand = isGoogle ? gripper.Next(raw[6]) : raw[6] > 0.5 ? 1 : -1;
            JsonElement action = step.GetProperty("action"), expected = step.GetProperty("raw");
            double[] ours = [.. raw, raw[0] * scale, raw[1] * scale, raw[2] * scale, x * scale, y * scale, z * scale, hand];
            double[] theirs =
            [
                .. Numbers(expected.GetProperty("world_vector")), .. Numbers(expected.GetProperty("rotation_delta")), .. Numbers(expected.GetProperty("open_gripper")),
                .. Numbers(action.GetProperty("world_vector")), .. Numbers(action.GetProperty("rot_axangle")), .. Numbers(action.GetProperty("gripper")),
            ];
            yield return Close($"{name} step {index}", theirs, ours, Bar);
            if (isGoogle)
            {
                bool same = gripper.IsSticky == step.GetProperty("sticky_on").GetBoolean() && gripper.Repeated == step.GetProperty("repeat").GetInt32();
                yield return ParityVerdict.Exact($"{name} step {index} gripper state", same, $"sticky {gripper.IsSticky}, repeated {gripper.Repeated}");
            }

            index++;
        }
    }

    private static ParityVerdict Libero(JsonElement row, int index, JsonElement tables, ActionCodec codec)
    {
        string suite = row.GetProperty("suite").GetString()! + "_no_noops";
        ActionStatistics statistics = ActionStatistics.Parse(tables.GetProperty(suite).GetProperty("action"), suite);
        double[] action = statistics.Unnormalize([.. Ids(row.GetProperty("ids")).Select(codec.DecodeAny)]);
        action[6] = -Sign((2 * action[6]) - 1);
        return Close($"libero:{index}", Numbers(row.GetProperty("action")), action, Bar);
    }

    private static bool LiberoGripper(JsonElement row)
    {
        double normalized = (2 * Number(row.GetProperty("value"))) - 1;
        return Equal(normalized, row.GetProperty("normalized")) && Equal(Sign(normalized), row.GetProperty("binarized")) && Equal(-Sign(normalized), row.GetProperty("inverted"));

        static bool Equal(double ours, JsonElement theirs) => ours.Equals(Number(theirs)) || Math.Abs(ours - Number(theirs)) <= Bar;
    }

    private static double Sign(double value) => double.IsNaN(value) ? value : Math.Sign(value);

    private static IEnumerable<ParityVerdict> Normalize(JsonElement row, int index)
    {
        ActionNormalization kind = row.GetProperty("type").GetString() switch
        {
            "normal" => ActionNormalization.Normal,
            "bounds" => ActionNormalization.Bounds,
            _ => ActionNormalization.BoundsQ99,
        };
        bool[]? mask = row.GetProperty("mask").ValueKind == JsonValueKind.Null ? null : [.. row.GetProperty("mask").EnumerateArray().Select(flag => flag.GetBoolean())];
        ActionStatistics statistics = ActionStatistics.Parse(row.GetProperty("statistics"), "statistics") with { Mask = mask };
        foreach ((string input, string output) in new[] { ("action", "out"), ("proprio", "proprio_out") })
        {
            if (!row.TryGetProperty(input, out JsonElement rows)) continue;
            bool equal = rows.EnumerateArray().Zip(row.GetProperty(output).EnumerateArray())
                .All(pair => Same(statistics.Normalize(Singles(pair.First), kind), pair.Second));
            yield return ParityVerdict.Exact($"rlds_normalize:{index} {kind} {input}", equal, "the values differ");
        }
    }

    private static bool StatisticsOfTrajectories(JsonElement row)
    {
        List<float[]> actions = [.. row.GetProperty("trajectories").EnumerateArray().SelectMany(trajectory => trajectory.EnumerateArray()).Select(Singles)];
        List<float[]> states = actions.ConvertAll(action => action[..6].Select(value => value * 2).ToArray());
        return new[] { ("action", actions), ("proprio", states) }.All(part =>
        {
            ActionStatistics ours = ActionStatistics.Of(part.Item2);
            JsonElement theirs = row.GetProperty("result").GetProperty(part.Item1);
            return Same(ours.Mean, theirs.GetProperty("mean")) && Same(ours.Std, theirs.GetProperty("std")) && Same(ours.Min, theirs.GetProperty("min"))
                && Same(ours.Max, theirs.GetProperty("max")) && Same(ours.Q01, theirs.GetProperty("q01")) && Same(ours.Q99, theirs.GetProperty("q99"));
        });
    }

    private static IEnumerable<ParityVerdict> Values(string path, ActionCodec codec)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        var verdicts = new List<ParityVerdict>();
        foreach (string set in file.Entries.Keys.Where(name => name.EndsWith(".value", StringComparison.Ordinal)).Select(name => name[..^6]).Order(StringComparer.Ordinal))
        {
            int[] bins = [.. Read(file, set + ".value").Select(ActionCodec.BinOf)];
            verdicts.Add(ParityVerdict.Exact($"{set}.bin", bins.Select(bin => (double)bin).SequenceEqual(Read(file, set + ".bin")), "the bins differ"));
            verdicts.Add(ParityVerdict.Exact($"{set}.id", bins.Select(bin => (double)(codec.VocabularySize - bin)).SequenceEqual(Read(file, set + ".id")), "the ids differ"));
            verdicts.Add(Close($"{set}.decoded", Read(file, set + ".decoded"), [.. bins.Select(bin => codec.DecodeAny(codec.VocabularySize - bin))], Bar));
        }

        if (file.Entries.ContainsKey("all_ids.id"))
        {
            verdicts.Add(Close("all_ids.decoded", Read(file, "all_ids.decoded"), [.. Read(file, "all_ids.id").Select(id => codec.DecodeAny((int)id))], Bar));
        }

        if (file.Entries.ContainsKey("reencoded.id"))
        {
            bool equal = Read(file, "reencoded.id").Select(id => (double)codec.Encode(codec.DecodeAny((int)id))).SequenceEqual(Read(file, "reencoded.again"));
            verdicts.Add(ParityVerdict.Exact("reencoded.again", equal, "the ids differ"));
        }

        verdicts.AddRange(Rows(file, "euler.rpy", "euler.axis_angle", 3, row => Rotations.EulerToAxisAngle(row[0], row[1], row[2])));
        verdicts.AddRange(Rows(file, "quaternion.xyzw", "quaternion.axis_angle", 4, row => Rotations.QuaternionToAxisAngle(row[0], row[1], row[2], row[3])));
        foreach (string name in file.Entries.Keys.Where(name => name.StartsWith("unnormalize.", StringComparison.Ordinal) && name.EndsWith(".in", StringComparison.Ordinal)))
        {
            if (BuiltIn(name.Split('.')[1]) is not { } statistics) continue;
            double[] ours = [.. Read(file, name).Chunk(ActionCodec.Dimensions).SelectMany(row => statistics.Unnormalize(row))];
            verdicts.Add(Close(name[..^3], Read(file, name[..^3] + ".out"), ours, Bar));
        }

        return verdicts;
    }

    private static IEnumerable<ParityVerdict> Rows(SafetensorsFile file, string input, string output, int width, Func<double[], (double, double, double)> turn)
    {
        if (!file.Entries.ContainsKey(input)) return [];
        double[] ours = [.. Read(file, input).Chunk(width).Select(turn).SelectMany(axis => new[] { axis.Item1, axis.Item2, axis.Item3 })];
        return [Close(output, Read(file, output), ours, Bar)];
    }

    private static double[] Read(SafetensorsFile file, string name)
    {
        using torch.Tensor tensor = file.Load(name), wide = tensor.to(torch.ScalarType.Float64);
        return [.. wide.data<double>()];
    }

    private static ParityVerdict Close(string name, double[] expected, double[] actual, double bar)
    {
        if (expected.Length != actual.Length) return new ParityVerdict(name, ParityOutcome.Different, Note: $"expected {expected.Length} values, got {actual.Length}");
        double worst = 0, relative = 0;
        for (int index = 0; index < expected.Length; index++)
        {
            double error = expected[index].Equals(actual[index]) ? 0 : Math.Abs(expected[index] - actual[index]);
            if (double.IsNaN(error)) error = double.PositiveInfinity;
            worst = Math.Max(worst, error);
            relative = Math.Max(relative, error / Math.Max(1e-12, Math.Abs(expected[index])));
        }

        return ParityVerdict.Within(name, worst, relative, bar);
    }

    private static bool Same(float[] ours, JsonElement theirs) => Same([.. ours.Select(value => (double)value)], theirs);

    /// <summary>Within 1e-6 of the larger of 1 and the value: the reference computes these in single precision.</summary>
    private static bool Same(double[] ours, JsonElement theirs)
    {
        double[] expected = Numbers(theirs);
        return expected.Length == ours.Length
            && expected.Zip(ours).All(pair => pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= SingleBar * Math.Max(1, Math.Abs(pair.First)));
    }

    private static int[] Ids(JsonElement element) => [.. element.EnumerateArray().Select(id => id.GetInt32())];

    private static float[] Singles(JsonElement element) => [.. Numbers(element).Select(value => (float)value)];

    private static double[] Numbers(JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    private static double Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : element.GetDouble();
}
