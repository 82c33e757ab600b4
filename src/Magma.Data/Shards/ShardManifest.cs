using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Magma.Data;

/// <summary>
/// <c>manifest.json</c> of a folder of shards: what was made, by what, with which settings, and the hash of every shard. It is written
/// last, so a folder that has one is complete.
/// </summary>
/// <param name="Format">The layout of folder and samples: <see cref="CurrentFormat"/>.</param>
/// <param name="Tool">Name and version of the program that made it.</param>
/// <param name="Kind">What was labelled: <c>images</c>, <c>videos</c>, …</param>
/// <param name="Settings">Everything that the content depends on, besides the inputs.</param>
/// <param name="PlanSha256">Hash of <c>plan.jsonl</c>, lower-case hexadecimal; null where there was no plan.</param>
/// <param name="Counts">Inputs, samples, failures, tasks and whatever else was counted, by name.</param>
/// <param name="Shards">The shards, in order.</param>
public sealed record ShardManifest(
    string Format, string Tool, string Kind, JsonObject Settings, string? PlanSha256, IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<ShardSummary> Shards)
{
    /// <summary>The layout that this version writes.</summary>
    public const string CurrentFormat = "magma-shards-1";

    /// <summary>The file's name in the folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The folder of the shards, inside the data set's folder.</summary>
    public const string ShardFolder = "shards";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The name of a shard's file: <c>shard-000012.tar</c>.</summary>
    public static string ShardName(int index) => $"shard-{index:D6}.tar";

    /// <summary>Writes the manifest into a folder; it appears whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string folder)
    {
        // Counts in the order of their names, whatever order they were counted in.
        ShardManifest sorted = this with { Counts = new SortedDictionary<string, long>(Counts.ToDictionary(), StringComparer.Ordinal) };
        AtomicFile.WriteAllBytes(Path.Combine(folder, FileName), [.. JsonSerializer.SerializeToUtf8Bytes(sorted, Layout), (byte)'\n']);
    }

    /// <summary>Reads the manifest of a folder.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is not one.</exception>
    public static ShardManifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new InvalidDataException($"{folder} holds no {FileName}: it is no finished data set of this tool.");
        try
        {
            ShardManifest? manifest = JsonSerializer.Deserialize<ShardManifest>(File.ReadAllBytes(path), Layout);
            if (manifest is not { Format: CurrentFormat, Shards: not null, Counts: not null, Settings: not null })
            {
                throw new InvalidDataException($"{path} is not a manifest of format {CurrentFormat}.");
            }

            return manifest;
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not a manifest: {problem.Message}", problem);
        }
    }
}
