using System.Text;
using System.Text.Json;
using Magma.Data;

namespace Magma.Models.Tokenization;

/// <summary>Reads Hugging Face's tokenizer.json (byte-level BPE) with tokenizer_config.json and chat_template.jinja.</summary>
internal static class TokenizerFile
{
    private const int MaxTokens = 1 << 22;

    public static TokenizerDefinition ReadFolder(string folder)
    {
        string path = Path.Combine(folder, "tokenizer.json"), configPath = Path.Combine(folder, "tokenizer_config.json");
        TokenizerDefinition definition = Read(SmallFile.ReadAllBytes(path), File.Exists(configPath) ? SmallFile.ReadAllBytes(configPath) : default, path);
        string template = Path.Combine(folder, "chat_template.jinja");
        return File.Exists(template) ? definition with { ChatTemplate = Encoding.UTF8.GetString(SmallFile.ReadAllBytes(template)) } : definition;
    }

    public static TokenizerDefinition Read(ReadOnlySpan<byte> tokenizerJson, ReadOnlySpan<byte> configJson, string name)
    {
        using JsonDocument file = Parse(tokenizerJson, name);
        string configName = Path.Combine(Path.GetDirectoryName(name) ?? "", "tokenizer_config.json");
        using JsonDocument config = Parse(configJson.IsEmpty ? "{}"u8 : configJson, configName);
        try
        {
            return Read(file.RootElement, config.RootElement);
        }
        catch (Exception problem) when (problem is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{name} is not a tokenizer file that can be read: {problem.Message}", problem);
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException($"{name}: {problem.Message}", problem);
        }
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> json, string name)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            var reader = new Utf8JsonReader(json);
            return JsonDocument.ParseValue(ref reader) is { RootElement.ValueKind: JsonValueKind.Object } file
                ? file
                : throw new InvalidDataException($"{name} must be a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{name} is not JSON: {problem.Message}", problem);
        }
    }

    private static TokenizerDefinition Read(JsonElement file, JsonElement config)
    {
        if (!file.TryGetProperty("model", out JsonElement model)) throw new InvalidDataException("it has no 'model'.");
        string kind = TextOf(model, "type") ?? "BPE";
        if (kind != "BPE") throw new InvalidDataException($"the model is of type {kind}; only BPE is read.");
        Refuse(model, "byte_fallback", "continuing_subword_prefix", "end_of_word_suffix", "dropout");
        List<AddedToken> added = ReadAddedTokens(file, config);
        Vocabulary vocabulary = ReadVocabulary(model.GetProperty("vocab"));
        (int[] prefix, int[] suffix) = ReadTemplate(file, added, vocabulary);
        return new TokenizerDefinition(vocabulary, MergeTable.Read(model.GetProperty("merges"), spelling => vocabulary.Find(ByteAlphabet.BytesOf(spelling))), ReadPreTokenizer(file), added)
        {
            WholePiecesFirst = BooleanOf(model, "ignore_merges"),
            NormalizesToNfc = ReadNormalizer(file),
            Prefix = prefix,
            Suffix = suffix,
            BosToken = ContentOf(config, "bos_token"),
            EosToken = ContentOf(config, "eos_token"),
            PadToken = ContentOf(config, "pad_token"),
            ChatTemplate = ReadChatTemplate(config),
            CleansUpSpaces = BooleanOf(config, "clean_up_tokenization_spaces"),
        };
    }

    private static void Refuse(JsonElement model, params ReadOnlySpan<string> settings)
    {
        foreach (string setting in settings)
        {
            if (!model.TryGetProperty(setting, out JsonElement value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False)
                continue;
            if (value.ValueKind == JsonValueKind.String && value.GetString() == "") continue;
            throw new InvalidDataException($"the model uses {setting}, which byte-level BPE has not.");
        }
    }

    private static Vocabulary ReadVocabulary(JsonElement element)
    {
        var tokens = new List<byte[]?>();
        foreach (JsonProperty entry in element.EnumerateObject())
        {
            int id = entry.Value.GetInt32();
            if (id is < 0 or >= MaxTokens)
                throw new InvalidDataException($"the token '{entry.Name}' has the id {id}; ids are 0 to {MaxTokens - 1}.");
            while (tokens.Count <= id) tokens.Add(null);
            if (tokens[id] is not null) throw new InvalidDataException($"the id {id} is given to two tokens, one of them '{entry.Name}'.");
            tokens[id] = ByteAlphabet.BytesOf(entry.Name);
        }

        return new Vocabulary(tokens);
    }

    private static PreTokenizer ReadPreTokenizer(JsonElement file)
    {
        PreTokenizer? found = null;
        foreach (JsonElement step in Steps(file, "pre_tokenizer", "pretokenizers"))
        {
            switch (TextOf(step, "type"))
            {
                case "Split":
                    JsonElement pattern = step.GetProperty("pattern");
                    string? expression = TextOf(pattern, "Regex");
                    if (expression is null || found is not null)
                        throw new InvalidDataException("the pre_tokenizer splits by something other than one regular expression.");
                    if (TextOf(step, "behavior") is not ("Isolated" or "Removed") || (TextOf(step, "behavior") == "Removed" && !BooleanOf(step, "invert")))
                    {
                        throw new InvalidDataException("the pre_tokenizer's Split does not keep every piece.");
                    }

                    found = PreTokenizer.Of(expression);
                    break;
                case "ByteLevel":
                    if (BooleanOf(step, "add_prefix_space"))
                        throw new InvalidDataException("the pre_tokenizer adds a blank in front, which is not supported.");
                    if (!step.TryGetProperty("use_regex", out JsonElement split) || split.GetBoolean()) found ??= PreTokenizer.Gpt2;
                    break;
                case var other:
                    throw new InvalidDataException($"the pre_tokenizer has a step of type {other}; Split and ByteLevel are known.");
            }
        }

        return found ?? throw new InvalidDataException("the pre_tokenizer does not say how text is split.");
    }

    private static bool ReadNormalizer(JsonElement file)
    {
        bool nfc = false;
        foreach (JsonElement step in Steps(file, "normalizer", "normalizers"))
        {
            if (TextOf(step, "type") != "NFC")
                throw new InvalidDataException($"the normalizer {TextOf(step, "type")} is not supported; NFC is.");
            nfc = true;
        }

        return nfc;
    }

    private static IEnumerable<JsonElement> Steps(JsonElement file, string name, string listName)
    {
        if (!file.TryGetProperty(name, out JsonElement step) || step.ValueKind == JsonValueKind.Null) return [];
        return TextOf(step, "type") == "Sequence" ? step.GetProperty(listName).EnumerateArray() : [step];
    }

    private static List<AddedToken> ReadAddedTokens(JsonElement file, JsonElement config)
    {
        var byId = new Dictionary<int, AddedToken>();
        if (file.TryGetProperty("added_tokens", out JsonElement list))
        {
            foreach (JsonElement token in list.EnumerateArray()) Add(token.GetProperty("id").GetInt32(), token);
        }

        if (config.TryGetProperty("added_tokens_decoder", out JsonElement decoder))
        {
            foreach (JsonProperty token in decoder.EnumerateObject())
            {
                if (!int.TryParse(token.Name, out int id))
                    throw new InvalidDataException($"added_tokens_decoder has the key '{token.Name}', which is no id.");
                Add(id, token.Value);
            }
        }

        return [.. byId.Values];

        void Add(int id, JsonElement token)
        {
            string? content = TextOf(token, "content");
            if (string.IsNullOrEmpty(content)) throw new InvalidDataException($"the added token {id} has no content.");
            if (id is < 0 or >= MaxTokens)
                throw new InvalidDataException($"the added token '{content}' has the id {id}; ids are 0 to {MaxTokens - 1}.");
            if (byId.TryGetValue(id, out AddedToken? other) && other.Content != content)
            {
                throw new InvalidDataException($"the id {id} is given to the added tokens '{other.Content}' and '{content}'.");
            }

            byId[id] = new AddedToken(
                id, content, BooleanOf(token, "special"), BooleanOf(token, "lstrip"), BooleanOf(token, "rstrip"), BooleanOf(token, "single_word"));
        }
    }

    private static (int[] Prefix, int[] Suffix) ReadTemplate(JsonElement file, List<AddedToken> added, Vocabulary vocabulary)
    {
        var prefix = new List<int>();
        var suffix = new List<int>();
        foreach (JsonElement step in Steps(file, "post_processor", "processors"))
        {
            if (TextOf(step, "type") == "ByteLevel") continue;
            if (TextOf(step, "type") != "TemplateProcessing")
                throw new InvalidDataException($"the post_processor {TextOf(step, "type")} is not supported.");
            bool behind = false;
            foreach (JsonElement item in step.GetProperty("single").EnumerateArray())
            {
                if (item.TryGetProperty("Sequence", out _)) behind = true;
                else (behind ? suffix : prefix).Add(IdOf(TextOf(item.GetProperty("SpecialToken"), "id")!));
            }
        }

        return ([.. prefix], [.. suffix]);

        int IdOf(string spelling)
        {
            int id = added.Find(token => token.Content == spelling)?.Id ?? vocabulary.Find(Encoding.UTF8.GetBytes(spelling));
            return id >= 0 ? id : throw new InvalidDataException($"the post_processor adds '{spelling}', which is no token.");
        }
    }

    private static string? ReadChatTemplate(JsonElement config)
    {
        if (!config.TryGetProperty("chat_template", out JsonElement template)) return null;
        if (template.ValueKind == JsonValueKind.String) return template.GetString();
        if (template.ValueKind != JsonValueKind.Array) return null;
        foreach (JsonElement named in template.EnumerateArray())
        {
            if (TextOf(named, "name") == "default") return TextOf(named, "template");
        }

        return null;
    }

    private static string? ContentOf(JsonElement config, string name)
    {
        if (!config.TryGetProperty(name, out JsonElement value)) return null;
        return value.ValueKind == JsonValueKind.Object ? TextOf(value, "content") : TextOf(config, name);
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool BooleanOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}
