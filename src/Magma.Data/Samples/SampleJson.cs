using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Magma.Data;

/// <summary>
/// The JSON file of a sample in a shard: <c>key</c>, <c>images</c> (file names in the shard), <c>conversations</c> (LLaVA's list of
/// <c>{"from": "human"|"gpt", "value": …}</c>), then the sample's own metadata. UTF-8, members in a fixed order: the same sample gives the
/// same bytes.
/// </summary>
public static class SampleJson
{
    private static readonly JsonSerializerOptions Compact = new()
    {
        // Texts of screens stay readable; these files never become part of a web page as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] OwnMembers = ["key", "images", "conversations"];

    /// <summary>
    /// The name of a picture's file in a shard: <c>{key}.png</c> for the first one, <c>{key}.1.png</c> for the second, and so on.
    /// </summary>
    public static string ImageName(string key, int index, SampleImage image) =>
        index == 0 ? $"{key}.{image.Extension}" : $"{key}.{index}.{image.Extension}";

    /// <summary>The sample's JSON file.</summary>
    /// <exception cref="ArgumentException">The metadata has a member that the sample itself writes.</exception>
    public static byte[] Write(Sample sample)
    {
        if (OwnMembers.FirstOrDefault(sample.Metadata.ContainsKey) is { } taken)
        {
            throw new ArgumentException($"The metadata of sample {sample.Key} has a member '{taken}', which the sample itself writes.");
        }

        var json = new JsonObject
        {
            ["key"] = sample.Key,
            ["images"] = new JsonArray([.. sample.Images.Select((image, index) => JsonValue.Create(ImageName(sample.Key, index, image)))]),
            ["conversations"] = new JsonArray([.. sample.Conversation.Turns.SelectMany(Messages)]),
        };
        foreach ((string name, JsonNode? value) in sample.Metadata) json[name] = value?.DeepClone();
        return JsonSerializer.SerializeToUtf8Bytes(json, Compact);
    }

    /// <summary>Reads a sample's JSON file.</summary>
    /// <param name="key">The sample's key, from the names of its files.</param>
    /// <param name="bytes">The JSON file.</param>
    /// <param name="imageOf">Gives the picture of a file name that the JSON lists.</param>
    /// <exception cref="InvalidDataException">The file is no JSON object, lacks a member, or its turns do not alternate.</exception>
    public static Sample Read(string key, ReadOnlySpan<byte> bytes, Func<string, SampleImage> imageOf)
    {
        try
        {
            JsonObject json = JsonNode.Parse(bytes)?.AsObject() ?? throw new InvalidDataException($"The JSON of sample {key} is null.");
            string[] images = [.. Required(json, "images", key).AsArray().Select(name => name!.GetValue<string>())];
            var turns = new List<Turn>();
            JsonArray messages = Required(json, "conversations", key).AsArray();
            for (int index = 0; index < messages.Count; index += 2)
            {
                turns.Add(new Turn(Said(messages, index, "human", key), Said(messages, index + 1, "gpt", key)));
            }

            foreach (string own in OwnMembers) json.Remove(own);
            return new Sample(key, [.. images.Select(imageOf)], new Conversation(turns), json);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new InvalidDataException($"The JSON of sample {key} is not that of a sample: {problem.Message}", problem);
        }
    }

    private static IEnumerable<JsonNode> Messages(Turn turn) =>
    [
        new JsonObject { ["from"] = "human", ["value"] = turn.Question },
        new JsonObject { ["from"] = "gpt", ["value"] = turn.Answer },
    ];

    private static JsonNode Required(JsonObject json, string name, string key) =>
        json[name] ?? throw new InvalidDataException($"The JSON of sample {key} has no '{name}'.");

    private static string Said(JsonArray messages, int index, string speaker, string key)
    {
        JsonNode? message = index < messages.Count ? messages[index] : null;
        if (message?["from"]?.GetValue<string>() != speaker)
        {
            throw new InvalidDataException(
                $"The conversation of sample {key} does not alternate: message {index} should be from '{speaker}'.");
        }

        return message["value"]?.GetValue<string>() ?? throw new InvalidDataException($"Message {index} of sample {key} has no text.");
    }
}
