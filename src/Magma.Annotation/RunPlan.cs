using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Magma.Annotation;

/// <summary>One line of a plan: an input, or a part of one.</summary>
/// <param name="Input">The input's name below the root of all inputs.</param>
/// <param name="Part">Which part of it, in the labeller's own words; null for all of it.</param>
public sealed record PlannedItem(string Input, string? Part = null);

/// <summary>
/// What a run will do, fixed before the first label is made: item n becomes the samples of key n, and goes into shard n / ItemsPerShard.
/// Stored as <c>plan.jsonl</c>, a line with the settings and then a line per item.
/// </summary>
/// <param name="Kind">What is labelled: <c>images</c>, <c>videos</c>, …</param>
/// <param name="Tool">Name and version of the program.</param>
/// <param name="Settings">Everything that the samples depend on besides the inputs; no paths, no times, no number of workers.</param>
/// <param name="ItemsPerShard">How many items share a shard, at least 1.</param>
/// <param name="Items">The items in order.</param>
public sealed record RunPlan(string Kind, string Tool, JsonObject Settings, int ItemsPerShard, IReadOnlyList<PlannedItem> Items)
{
    /// <summary>The file's name in the output folder.</summary>
    public const string FileName = "plan.jsonl";

    private static readonly JsonSerializerOptions Compact = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>How many shards the run has.</summary>
    public int ShardCount => (Items.Count + ItemsPerShard - 1) / ItemsPerShard;

    /// <summary>
    /// How many items share a shard where nobody says: shards enough to spread a run over 32 processes, of 16 to 512 items each.
    /// </summary>
    public static int DefaultItemsPerShard(int items) => Math.Clamp((items + 31) / 32, 16, 512);

    /// <summary>The key of an item: its number with eight digits.</summary>
    public static string KeyOf(int item) => item.ToString("D8", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The items of a shard, as numbers.</summary>
    public IEnumerable<int> ItemsOf(int shard)
    {
        int first = shard * ItemsPerShard;
        return Enumerable.Range(first, Math.Min(ItemsPerShard, Items.Count - first));
    }

    /// <summary>The plan as the bytes of its file.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        var header = new Header(Kind, Tool, Settings, ItemsPerShard, Items.Count);
        text.Append(JsonSerializer.Serialize(header, Compact)).Append('\n');
        foreach (PlannedItem item in Items) text.Append(JsonSerializer.Serialize(item, Compact)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The hash of the plan's file, lower-case hexadecimal.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(ToBytes()));

    /// <summary>Reads a plan's file.</summary>
    /// <exception cref="InvalidDataException">It is not a plan, or is cut off.</exception>
    public static RunPlan Read(string path)
    {
        try
        {
            string[] lines = File.ReadAllLines(path);
            Header header = JsonSerializer.Deserialize<Header>(
                lines.FirstOrDefault() ?? "", Compact) ?? throw new JsonException("no header");
            PlannedItem[] items = [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize<PlannedItem>(line, Compact)!)];
            if (items.Length != header.Items || header.ItemsPerShard < 1)
                throw new JsonException($"{items.Length} of {header.Items} items");
            return new RunPlan(header.Kind, header.Tool, header.Settings, header.ItemsPerShard, items);
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not the plan of a run: {problem.Message}", problem);
        }
    }

    /// <summary>What this plan and another disagree in, in words; null when only their items differ or nothing does.</summary>
    public string? SettingsDifference(RunPlan other)
    {
        if (Kind != other.Kind) return $"it labelled {Kind}, not {other.Kind}";
        if (Tool != other.Tool) return $"it was made by {Tool}, this is {other.Tool}";
        if (ItemsPerShard != other.ItemsPerShard) return $"it has {ItemsPerShard} items per shard, not {other.ItemsPerShard}";
        foreach (string name in Settings.Select(one => one.Key).Union(other.Settings.Select(one => one.Key)))
        {
            string mine = Settings[name]?.ToJsonString() ?? "nothing", theirs = other.Settings[name]?.ToJsonString() ?? "nothing";
            if (mine != theirs) return $"its setting '{name}' was {mine}, not {theirs}";
        }

        return null;
    }

    private sealed record Header(string Kind, string Tool, JsonObject Settings, int ItemsPerShard, int Items);
}
