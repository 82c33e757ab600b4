using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Magma.Models.Tokenization;

/// <summary>Makes a tokenizer.json with more added tokens out of another one: how Magma's tokenizer comes from Llama 3's.</summary>
public static class TokenizerExtension
{
    /// <summary>Adds tokens and puts a token in front of every text.</summary>
    /// <param name="tokenizerJson">Contents of a tokenizer.json.</param>
    /// <param name="tokens">Tokens to add; those whose spelling is there already are left as they are.</param>
    /// <param name="bosToken">Spelling of the token in front, or null to leave the post-processor.</param>
    /// <exception cref="InvalidDataException">The file is no tokenizer, or an id is taken by another token.</exception>
    public static byte[] Extend(ReadOnlySpan<byte> tokenizerJson, IEnumerable<AddedToken> tokens, string? bosToken)
    {
        try
        {
            JsonObject file = JsonNode.Parse(tokenizerJson)?.AsObject() ?? throw new InvalidDataException("tokenizer.json is null.");
            if (file["added_tokens"] is not JsonArray added) file["added_tokens"] = added = [];
            Dictionary<string, int> known = added.ToDictionary(token => (string)token!["content"]!, token => (int)token!["id"]!, StringComparer.Ordinal);
            foreach (AddedToken token in tokens)
            {
                if (known.TryGetValue(token.Content, out int id))
                {
                    if (id != token.Id) throw new InvalidDataException($"The token '{token.Content}' has the id {id}, not {token.Id}.");
                    continue;
                }

                if (known.ContainsValue(token.Id))
                    throw new InvalidDataException($"The id {token.Id} of '{token.Content}' belongs to another token.");
                known[token.Content] = token.Id;
                added.Add(Describe(token));
            }

            if (bosToken is not null) file["post_processor"] = Template(bosToken, known[bosToken]);
            return Encoding.UTF8.GetBytes(file.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or NullReferenceException or KeyNotFoundException)
        {
            throw new InvalidDataException($"This is no tokenizer.json that can be extended: {problem.Message}", problem);
        }
    }

    private static JsonObject Describe(AddedToken token) => new()
    {
        ["id"] = token.Id,
        ["content"] = token.Content,
        ["single_word"] = token.SingleWord,
        ["lstrip"] = token.StripsLeft,
        ["rstrip"] = token.StripsRight,
        ["normalized"] = false,
        ["special"] = token.Special,
    };

    private static JsonObject Template(string spelling, int id) => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(Special(spelling, 0), Sequence("A", 0)),
        ["pair"] = new JsonArray(Special(spelling, 0), Sequence("A", 0), Special(spelling, 1), Sequence("B", 1)),
        ["special_tokens"] = new JsonObject
        {
            [spelling] = new JsonObject { ["id"] = spelling, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(spelling) },
        },
    };

    private static JsonObject Special(string spelling, int type) =>
        new() { ["SpecialToken"] = new JsonObject { ["id"] = spelling, ["type_id"] = type } };

    private static JsonObject Sequence(string name, int type) =>
        new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };
}
