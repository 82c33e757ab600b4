using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;

namespace Magma.Datasets.Llava;

/// <summary>One entry of a LLaVA-style JSON file, as the reference's loaders read it.</summary>
/// <param name="Id">Its <c>id</c> as text; null when it has none.</param>
/// <param name="Images">Paths of its pictures, as written; empty for a text-only entry.</param>
/// <param name="Conversation">
/// The turns; <c>human</c> and <c>user</c> ask, everyone else answers. Picture placeholders stand in front of their question, as the
/// loaders move them there.
/// </param>
/// <param name="Others">All other members.</param>
public sealed record LlavaItem(string? Id, IReadOnlyList<string> Images, Conversation Conversation, JsonObject Others)
{
    /// <summary>Reads one entry.</summary>
    /// <param name="item">The JSON object.</param>
    /// <exception cref="InvalidDataException">It has no conversation of questions and answers; says what is wrong, not where.</exception>
    public static LlavaItem Parse(JsonElement item)
    {
        string? id = null;
        IReadOnlyList<string> images = [];
        Conversation? conversation = null;
        var others = new JsonObject();
        foreach (JsonProperty member in item.EnumerateObject())
        {
            switch (member.Name)
            {
                case "id": id = IdOf(member.Value); break;
                case "image": images = ImagesOf(member.Value); break;
                case "conversations": conversation = ConversationOf(member.Value); break;
                default:
                    if (!others.TryAdd(member.Name, JsonNode.Parse(member.Value.GetRawText())))
                        throw new InvalidDataException($"the member '{member.Name}' appears twice");
                    break;
            }
        }

        if (conversation is null) throw new InvalidDataException("it has no 'conversations'");
        return new LlavaItem(id, images, conversation, others);
    }

    /// <summary>Puts the picture placeholders of a question in front of it, each on a line of its own.</summary>
    public static string PlaceholdersFirst(string question)
    {
        string[] parts = question.Split(Conversation.ImagePlaceholder);
        if (parts.Length == 1) return question;
        string placeholders = string.Concat(Enumerable.Repeat(Conversation.ImagePlaceholder + "\n", parts.Length - 1));
        return placeholders + string.Concat(parts).Trim();
    }

    private static string? IdOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Null => null,
        _ => throw new InvalidDataException("'id' is neither a text nor a number"),
    };

    private static IReadOnlyList<string> ImagesOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Null => [],
        JsonValueKind.Array when value.EnumerateArray().All(path => path.ValueKind == JsonValueKind.String) =>
            [.. value.EnumerateArray().Select(path => path.GetString()!)],
        _ => throw new InvalidDataException("'image' is neither a path nor a list of paths"),
    };

    private static Conversation ConversationOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) throw new InvalidDataException("'conversations' is no list");
        var spoken = new List<(bool Asks, string Text)>();
        foreach (JsonElement part in value.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("from", out JsonElement from) || from.ValueKind != JsonValueKind.String
                || !part.TryGetProperty("value", out JsonElement text) || text.ValueKind != JsonValueKind.String)
            {
                throw new InvalidDataException($"part {spoken.Count} of 'conversations' has no texts 'from' and 'value'");
            }

            spoken.Add((from.GetString() is "human" or "user", text.GetString()!));
        }

        return ConversationOf(spoken);
    }

    /// <summary>Pairs what was said into questions and answers.</summary>
    /// <exception cref="InvalidDataException">They do not take turns, or nothing was said.</exception>
    internal static Conversation ConversationOf(IReadOnlyList<(bool Asks, string Text)> spoken)
    {
        if (spoken.Count == 0 || spoken.Count % 2 == 1)
            throw new InvalidDataException($"the conversation has {spoken.Count} parts; questions and answers come in pairs");
        var turns = new Turn[spoken.Count / 2];
        for (int i = 0; i < spoken.Count; i += 2)
        {
            if (!spoken[i].Asks || spoken[i + 1].Asks)
                throw new InvalidDataException($"parts {i} and {i + 1} of the conversation are no question followed by its answer");
            turns[i / 2] = new Turn(PlaceholdersFirst(spoken[i].Text), spoken[i + 1].Text);
        }

        return new Conversation(turns);
    }
}

/// <summary>Reads LLaVA-style JSON: an array of entries, or one entry per line (<c>.jsonl</c>), as a stream.</summary>
public static class LlavaFile
{
    /// <summary>The entries in order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onProblem">
    /// Called with a message for an entry that is not well formed; the others are given. Null throws instead.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is no such JSON, or an entry is bad and <paramref name="onProblem"/> is null.
    /// </exception>
    public static IEnumerable<LlavaItem> Read(string path, Action<string>? onProblem = null)
    {
        long index = 0;
        foreach (JsonElement json in JsonItems.Read(path))
        {
            LlavaItem? item = null;
            try
            {
                item = LlavaItem.Parse(json);
            }
            catch (InvalidDataException problem)
            {
                string message = $"{path}, entry {index}: {problem.Message}.";
                if (onProblem is null) throw new InvalidDataException(message, problem);
                onProblem(message);
            }

            index++;
            if (item is not null) yield return item;
        }
    }
}
