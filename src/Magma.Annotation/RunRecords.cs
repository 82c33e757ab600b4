using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;

namespace Magma.Annotation;

/// <summary>An input that could not be labelled, or not to its end: a line of <c>errors.jsonl</c>.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Part">Which part of it; null for all.</param>
/// <param name="Kind"><c>input</c> for a bad input, <c>internal</c> for a fault of this program.</param>
/// <param name="Reason">What is wrong, for a person to read.</param>
public sealed record RunError(string Input, string? Part, string Kind, string Reason);

/// <summary>What a finished item gave; its samples lie beside it until their shard is complete.</summary>
/// <param name="Samples">How many samples.</param>
/// <param name="Bytes">Size of the file that holds them.</param>
/// <param name="Counts">Tasks and marks of its samples, by name.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Cards">What the gallery shows of it.</param>
internal sealed record ItemRecord(int Samples, long Bytes, Dictionary<string, long> Counts, RunError? Error, JsonArray Cards);

/// <summary>
/// What a finished shard is: the file <c>shard-000000.json</c> beside it, whose presence says that the shard is complete.
/// </summary>
/// <param name="Shard">Its file.</param>
/// <param name="Items">How many items of the plan went into it.</param>
/// <param name="Counts">Tasks and marks of its samples, by name.</param>
/// <param name="Errors">Its inputs that failed.</param>
/// <param name="Cards">How many of its samples the gallery shows.</param>
internal sealed record ShardRecord(
    ShardSummary Shard, int Items, Dictionary<string, long> Counts, IReadOnlyList<RunError> Errors, int Cards);

/// <summary>The files of records.</summary>
internal static class RunRecords
{
    public static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Write<T>(string path, T record) =>
        AtomicFile.WriteAllBytes(path, [.. JsonSerializer.SerializeToUtf8Bytes(record, Layout), (byte)'\n']);

    /// <summary>
    /// Reads a record; null when there is none, also because another process has just cleared it away, or none that can be read (it is then made again).
    /// </summary>
    public static T? Read<T>(string path)
        where T : class
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Layout);
        }
        catch (Exception problem) when (problem is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static void Add(this Dictionary<string, long> counts, IEnumerable<KeyValuePair<string, long>> others)
    {
        foreach ((string name, long count) in others) counts[name] = counts.GetValueOrDefault(name) + count;
    }
}
