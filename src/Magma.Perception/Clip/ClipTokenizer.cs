using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Magma.Data;

namespace Magma.Perception;

/// <summary>
/// The tokenizer of CLIP's text model, from a Hugging Face <c>tokenizer.json</c>: lower-case words, byte pairs merged by rank, the last
/// piece of a word marked with <c>&lt;/w&gt;</c>. Text should be composed (NFC) as keyboards write it.
/// </summary>
public sealed partial class ClipTokenizer
{
    private const string WordEnd = "</w>";
    private const long LargestFile = 64 << 20;

    private readonly MergeTable _merges;
    private readonly int[] _bytes, _lastBytes;
    private readonly int _begin, _end;

    private ClipTokenizer(Dictionary<string, int> vocabulary, MergeTable merges)
    {
        _merges = merges;
        (_begin, _end) = (vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]);
        // A byte that the vocabulary lacks stands for nothing that the model knows.
        _bytes = [.. Enumerable.Range(0, 256).Select(value => vocabulary.GetValueOrDefault($"{ByteAlphabet.CharacterOf((byte)value)}", _end))];
        _lastBytes = [.. Enumerable.Range(0, 256).Select(value => vocabulary.GetValueOrDefault(ByteAlphabet.CharacterOf((byte)value) + WordEnd, _end))];
    }

    /// <summary>The id that ends a text, also used for padding.</summary>
    public int EndId => _end;

    /// <summary>Reads a tokenizer.</summary>
    /// <exception cref="InvalidDataException">The file is too large, damaged, or the tokenizer of another kind of model.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ClipTokenizer Load(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no tokenizer at {path}.", path);
        if (new FileInfo(path).Length > LargestFile)
            throw new InvalidDataException($"{path} is longer than {LargestFile} bytes, too much for a tokenizer.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement model = json.RootElement.GetProperty("model");
            string type = model.GetProperty("type").GetString() ?? "";
            string? suffix = model.TryGetProperty("end_of_word_suffix", out JsonElement given) ? given.GetString() : null;
            if (type != "BPE" || suffix != WordEnd)
            {
                throw new InvalidDataException(
                    $"{path} is a tokenizer of type '{type}' with the end of words '{suffix}'; CLIP's are of type 'BPE' with '{WordEnd}', and no others can be used here.");
            }

            var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (JsonProperty token in model.GetProperty("vocab").EnumerateObject()) vocabulary[token.Name] = token.Value.GetInt32();
            foreach (JsonElement token in json.RootElement.GetProperty("added_tokens").EnumerateArray())
                vocabulary[token.GetProperty("content").GetString()!] = token.GetProperty("id").GetInt32();
            MergeTable merges = MergeTable.Read(model.GetProperty("merges"), spelling => vocabulary.GetValueOrDefault(spelling, -1));
            if (!vocabulary.ContainsKey("<|startoftext|>") || !vocabulary.ContainsKey("<|endoftext|>"))
                throw new InvalidDataException($"{path} has no tokens <|startoftext|> and <|endoftext|>.");
            return new ClipTokenizer(vocabulary, merges);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} is no tokenizer.json: {problem.Message}", problem);
        }
    }

    /// <summary>Text to ids, with the tokens that begin and end it.</summary>
    /// <param name="text">Any text; what is beyond <paramref name="limit"/> is cut off before the end token.</param>
    /// <param name="limit">The most ids, at least 2.</param>
    public long[] Encode(string text, int limit)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 2);
        var ids = new List<long> { _begin };
        foreach (Match word in Words().Matches(text.ToLowerInvariant()))
        {
            if (ids.Count >= limit) break;
            byte[] bytes = Encoding.UTF8.GetBytes(word.Value);
            int[] pieces = [.. bytes[..^1].Select(value => _bytes[value]), _lastBytes[bytes[^1]]];
            foreach (int piece in pieces.AsSpan(0, _merges.Apply(pieces))) ids.Add(piece);
        }

        return [.. ids.Take(limit - 1), _end];
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
