using System.Text.Json;
using Magma.Data;
using Magma.Models.Networks;

namespace Magma.Models.Checkpoints;

/// <summary>What generation_config.json says.</summary>
public sealed record GenerationDefaults
{
    /// <summary>Id in front of a text.</summary>
    public int? BosId { get; init; }

    /// <summary>Ids that end an answer.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>Id of the padding.</summary>
    public int? PadId { get; init; }

    /// <summary>Reads the file of a folder; without it there are no defaults.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static GenerationDefaults Read(string folder)
    {
        string path = Path.Combine(folder, "generation_config.json");
        if (!File.Exists(path)) return new GenerationDefaults();
        var problems = new List<string>();
        GenerationDefaults defaults;
        try
        {
            using JsonDocument file = JsonDocument.Parse(SmallFile.ReadAllBytes(path));
            var reader = new ConfigReader(file.RootElement, "generation_config.json", problems);
            defaults =
                new GenerationDefaults { BosId = Id(reader, "bos_token_id"), PadId = Id(reader, "pad_token_id"), EosIds = Ids(reader) };
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not JSON: {problem.Message}", problem);
        }

        if (problems.Count > 0) throw new InvalidDataException(string.Join("; ", problems));
        return defaults;
    }

    internal IEnumerable<(string Name, int Id)> Ids()
    {
        if (BosId is { } bos) yield return ("bos_token_id", bos);
        if (PadId is { } pad) yield return ("pad_token_id", pad);
        foreach (int eos in EosIds) yield return ("eos_token_id", eos);
    }

    private static int? Id(ConfigReader reader, string name) => reader.Member(name) is null ? null : reader.Integer(name, null, 0, 1 << 24);

    private static IReadOnlyList<int> Ids(ConfigReader reader)
    {
        if (reader.Member("eos_token_id") is not { } eos) return [];
        return eos.ValueKind == JsonValueKind.Array
            ? reader.Integers("eos_token_id") ?? []
            : [reader.Integer("eos_token_id", null, 0, 1 << 24)];
    }
}
