using System.Text.Json;
using Magma.Data;
using Magma.Models.Processing;
using Magma.Models.Tokenization;
using Magma.Torch;
using TorchSharp;
using static Magma.Cli.Parity.GoldenNumbers;

namespace Magma.Cli.Parity;

/// <summary>
/// Golden folders of kind <c>actions</c>: the action codec, its ids in training, statistics, rotations, the SimplerEnv and LIBERO
/// adapters, and what is done to robot data sets when they are read.
/// </summary>
internal static class ActionsParity
{
    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));
        JsonElement root = document.RootElement;
        int vocabulary = root.TryGetProperty("about", out JsonElement about) && about.TryGetProperty("vocab_size", out JsonElement size)
            ? size.GetInt32()
            : 128000;
        var codec = new ActionCodec(vocabulary);
        var verdicts = new List<ParityVerdict>();
        foreach (JsonProperty section in root.EnumerateObject()) verdicts.AddRange(Section(section, root, codec));
        string values = Path.Combine(folder, "values.safetensors");
        if (File.Exists(values)) verdicts.AddRange(Values(values, codec));
        return verdicts;
    }

    private static IEnumerable<ParityVerdict> Section(JsonProperty section, JsonElement root, ActionCodec codec)
    {
        (string name, JsonElement value) = (section.Name, section.Value);
        return name switch
        {
            "about" or "libero_statistics" => [],
            "edges" => [Close("edges", Numbers(value), ActionCodec.Edges.ToArray(), Bar)],
            "centres" => [Close("centres", Numbers(value), ActionCodec.Centres.ToArray(), Bar)],
            "token_table" => TokenTexts(value, codec),
            "special" => Each(name, value, row => Special(row, codec)),
            "integer_input" => Each(name, value, row => row.GetProperty("id").GetInt32() == codec.Encode(Number(row.GetProperty("value")))),
            "decode_any_id" => Each(
                name, value, row => Math.Abs(codec.DecodeAny(row.GetProperty("id").GetInt32()) - Number(row.GetProperty("decoded"))) <= Bar),
            "actions_as_text" => ActionTexts(value, codec),
            "training_ids" => TrainingIds(value, codec),
            "statistics" => value.EnumerateArray().SelectMany(Statistics),
            "server_delta_values" => value.EnumerateArray().Select((row, index) => Close(
                $"{name}:{index}", Numbers(row.GetProperty("delta")), ActionStatistics.ServerDeltas.Unnormalize(Numbers(row.GetProperty("normalized"))), Bar)),
            _ => AdapterParity.Section(name, value, root, codec) ?? RldsParity.Section(name, value) ?? [new ParityVerdict(name, ParityOutcome.NotBuilt)],
        };
    }

    private static bool Special(JsonElement row, ActionCodec codec)
    {
        double value = Number(row.GetProperty("value"));
        int bin = ActionCodec.BinOf(value), id = codec.VocabularySize - bin;
        return bin == row.GetProperty("bin").GetInt32() && id == row.GetProperty("id").GetInt32()
            && Math.Abs(codec.DecodeAny(id) - Number(row.GetProperty("decoded"))) <= Bar;
    }

    /// <summary>The tokenizer whose last ids the actions take; null where it is not the one at hand.</summary>
    private static Tokenizer? TokenizerOf(ActionCodec codec)
    {
        Tokenizer tokenizer = Tokenizer.Parse(File.ReadAllBytes(NpmPackages.Llama3Tokenizer));
        return tokenizer.BaseVocabularySize == codec.VocabularySize ? tokenizer : null;
    }

    private static IEnumerable<ParityVerdict> TokenTexts(JsonElement rows, ActionCodec codec)
    {
        if (TokenizerOf(codec) is not { } tokenizer)
            return [new ParityVerdict("token_table", ParityOutcome.NotBuilt, Note: $"the tokenizer of {codec.VocabularySize} tokens is not here")];
        return [.. rows.EnumerateArray().Select(row => ParityVerdict.Exact(
            $"token_table {row.GetProperty("id").GetInt32()}", tokenizer.Decode([row.GetProperty("id").GetInt32()]) == row.GetProperty("text").GetString(), "the text differs"))];
    }

    private static IEnumerable<ParityVerdict> ActionTexts(JsonElement rows, ActionCodec codec)
    {
        // Without the tokenizer the ids are still compared.
        Tokenizer? tokenizer = TokenizerOf(codec);
        return [.. rows.EnumerateArray().Select((row, index) =>
        {
            int[] ids = codec.Encode(Numbers(row.GetProperty("action")));
            bool equal = ids.SequenceEqual(Ids(row.GetProperty("ids")))
                && (tokenizer is null || tokenizer.Decode(ids) == row.GetProperty("text").GetString());
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

    private static IEnumerable<ParityVerdict> TrainingIds(JsonElement value, ActionCodec codec)
    {
        byte[] json = MagmaTokenizer.TokenizerJson(File.ReadAllBytes(NpmPackages.Llama3Tokenizer));
        var processor = new MagmaProcessor(
            Tokenizer.Parse(json, MagmaTokenizer.ConfigJson()), new ImageProcessor(ImageProcessorConfig.Released));
        int[] action = codec.Encode([-1, -0.5, 0, 0.25, 0.5, 0.75, 1]);
        LabelledPrompt example = processor.EncodeAction("Pick up the cup", [], action);
        int[] ids = example.Ids, begin = Ids(value.GetProperty("begin_of_text_twice"));
        int end = value.GetProperty("end_of_turn").GetInt32(), keep = value.GetProperty("keep_last").GetInt32();
        bool kept = example.Labels[..^keep].All(label => label == LabelledPrompt.Ignored)
            && example.Labels[^keep..].SequenceEqual(ids[^keep..]);
        return
        [
            ParityVerdict.Exact(
                "training_ids begin_of_text_twice", ids[..begin.Length].SequenceEqual(begin), $"they begin with {ids[0]}, {ids[1]}"),
            ParityVerdict.Exact("training_ids end_of_turn", ids[^1] == end, $"the last is {ids[^1]}"),
            ParityVerdict.Exact(
                "training_ids keep_last", kept, $"{example.Labels.Count(label => label != LabelledPrompt.Ignored)} labels are kept"),
            ParityVerdict.Exact(
                "training_ids action", ids[^(action.Length + 1)..^1].SequenceEqual(action), "the action is not before the end of the turn"),
        ];
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
            bool equal = Read(file, "reencoded.id").Select(id => (double)codec.Encode(codec.DecodeAny((int)id)))
                .SequenceEqual(Read(file, "reencoded.again"));
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

    private static IEnumerable<ParityVerdict> Rows(
        SafetensorsFile file, string input, string output, int width, Func<double[], (double, double, double)> turn)
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
}
