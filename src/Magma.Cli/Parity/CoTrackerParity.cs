using System.Text.Json;
using Magma.Perception;
using Magma.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>Golden folders of kind <c>cotracker</c>: CoTracker3 with weights by formula, as blocks, as a network and as predictors.</summary>
internal static class CoTrackerParity
{
    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        GoldenCases golden = GoldenCases.Read(folder);
        JsonElement cases = golden.Section("cases") ?? throw new InvalidDataException($"{folder}/cases.json has no 'cases'.");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        using var offline = new CoTrackerNetwork(CoTrackerNetwork.OfflineRows);
        using var online = new CoTrackerNetwork(CoTrackerNetwork.OnlineRows);
        Fill(folder, offline, online);
        yield return Names(folder, offline, online);
        using SafetensorsFile clips = SafetensorsFile.Open(Path.Combine(folder, "clips.safetensors"));
        foreach (JsonProperty one in cases.EnumerateObject())
        {
            IEnumerable<ParityVerdict> verdicts;
            using var file = new CoTrackerCase(folder, one.Name, one.Value);
            try
            {
                verdicts = one.Name switch
                {
                    "blocks" => [.. CoTrackerBlockParity.Run(file, offline, online)],
                    "offline-small" => [.. CoTrackerNetworkParity.Run(file, offline, clips)],
                    "offline-predictor" => [.. CoTrackerPredictorParity.RunOffline(file, offline, clips)],
                    "online" => [.. CoTrackerPredictorParity.RunOnline(file, online, clips)],
                    _ => [new ParityVerdict(one.Name, ParityOutcome.NotBuilt)],
                };
            }
            catch (Exception problem) when (problem is KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException)
            {
                throw new InvalidDataException($"{folder}, {one.Name}: {problem.Message}", problem);
            }

            foreach (ParityVerdict verdict in verdicts) yield return verdict;
        }
    }

    private static void Fill(string folder, params CoTrackerNetwork[] networks)
    {
        string path = Path.Combine(folder, "rules.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement;
        using JsonDocument? wrapped = root.ValueKind == JsonValueKind.Array ? JsonDocument.Parse($"{{\"rules\": {root.GetRawText()}}}") : null;
        (IReadOnlyList<FormulaRule> rules, string salt) = FormulaWeights.ReadRules(wrapped?.RootElement ?? root);
        var weights = new FormulaWeights(rules, salt);
        foreach ((string name, Parameter parameter) in networks[0].named_parameters())
        {
            using Tensor values = weights.Get(name, parameter.shape);
            foreach (CoTrackerNetwork network in networks) network.get_parameter(name)!.copy_(values);
        }
    }

    private static ParityVerdict Names(string folder, params CoTrackerNetwork[] networks)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "parameters.json")));
        Dictionary<string, string> expected = document.RootElement.GetProperty("parameters").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => Text(entry.Value.EnumerateArray().Select(length => length.GetInt64())));
        string[] wrong =
        [
            .. networks.SelectMany(network =>
            {
                Dictionary<string, string> actual = network.named_parameters().ToDictionary(entry => entry.name, entry => Text(entry.parameter.shape));
                return expected.Keys.Union(actual.Keys).Where(name => expected.GetValueOrDefault(name) != actual.GetValueOrDefault(name));
            }).Distinct(),
        ];
        return ParityVerdict.Exact("parameter names and shapes", wrong.Length == 0, string.Join(", ", wrong));

        static string Text(IEnumerable<long> shape) => string.Join('x', shape);
    }
}

/// <summary>One file of a CoTracker golden folder: what was called, and per tensor its kind and tolerance.</summary>
internal sealed class CoTrackerCase : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly JsonElement _tensors;

    public CoTrackerCase(string folder, string name, JsonElement description)
    {
        (Name, Description) = (name, description);
        _tensors = description.GetProperty("tensors");
        _file = SafetensorsFile.Open(Path.Combine(folder, description.GetProperty("file").GetString()!));
    }

    public string Name { get; }

    public JsonElement Description { get; }

    /// <summary>The names of all tensors that are results.</summary>
    public IEnumerable<string> Results => _tensors.EnumerateObject()
        .Where(tensor => tensor.Value.GetProperty("kind").GetString() != "input").Select(tensor => tensor.Name);

    public bool Has(string name) => _file.Entries.ContainsKey(name);

    public Tensor Load(string name) => _file.Load(name);

    public long[] Shape(string name) => [.. _file.Entries[name].Shape];

    /// <summary>Judges a result against the stored tensor, and against that of the float64 run where there is one.</summary>
    public IEnumerable<ParityVerdict> Judge(string name, Tensor actual)
    {
        foreach (string stored in (string[])[name, $"{name}.f64"])
        {
            if (!Has(stored)) continue;
            yield return TensorParity.Within($"{Name}/{stored}", Load(stored), actual, _tensors.GetProperty(stored).GetProperty("tolerance").GetDouble());
        }
    }

    /// <summary>
    /// Judges flags: exactly, but for those whose value lies as near to the threshold as the value itself may be off.
    /// </summary>
    public ParityVerdict JudgeFlags(string name, bool[] actual, string valueName)
    {
        string title = $"{Name}/{name}";
        bool[] expected = Flags(name);
        float[] values = Numbers(valueName);
        double threshold = _tensors.GetProperty(name).GetProperty("threshold").GetDouble();
        double tolerance = _tensors.GetProperty(valueName).GetProperty("tolerance").GetDouble();
        if (expected.Length != actual.Length) return ParityVerdict.Exact(title, false, $"expected {expected.Length} flags, got {actual.Length}");
        int wrong = Enumerable.Range(0, actual.Length)
            .Count(i => actual[i] != expected[i] && Math.Abs(values[i] - threshold) > tolerance);
        return ParityVerdict.Exact(title, wrong == 0, $"{wrong} of {actual.Length} flags differ");
    }

    public float[] Numbers(string name)
    {
        using Tensor tensor = Load(name);
        using Tensor single = tensor.to(ScalarType.Float32);
        return [.. single.data<float>()];
    }

    public bool[] Flags(string name) => Array.ConvertAll(Numbers(name), value => value != 0);

    public void Dispose() => _file.Dispose();
}
