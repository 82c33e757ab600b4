using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Magma.Perception;

/// <summary>
/// The tokenizer of CLIP's text model, from a Hugging Face <c>tokenizer.json</c>: lower-case words, byte pairs merged by rank, the last
/// piece of a word marked with <c>&lt;/w&gt;</c>. Text should be composed (NFC) as keyboards write it.
/// </summary>
public sealed partial class ClipTokenizer
{
    private const string WordEnd = "</w>";
    private const long LargestFile = 64 << 20;

    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<(string, string), int> _ranks;
    private readonly int _begin, _end;

    private ClipTokenizer(Dictionary<string, int> vocabulary, Dictionary<(string, string), int> ranks)
    {
        (_vocabulary, _ranks) = (vocabulary, ranks);
        (_begin, _end) = (vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]);
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
            var ranks = new Dictionary<(string, string), int>();
            foreach (JsonElement merge in model.GetProperty("merges").EnumerateArray()) ranks.TryAdd(PairOf(merge), ranks.Count);
            if (!vocabulary.ContainsKey("<|startoftext|>") || !vocabulary.ContainsKey("<|endoftext|>"))
                throw new InvalidDataException($"{path} has no tokens <|startoftext|> and <|endoftext|>.");
            return new ClipTokenizer(vocabulary, ranks);
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
            // A piece that the vocabulary lacks stands for nothing that the model knows.
            foreach (string piece in Merge(word.Value)) ids.Add(_vocabulary.GetValueOrDefault(piece, _end));
        }

        return [.. ids.Take(limit - 1), _end];
    }

    private List<string> Merge(string word)
    {
        List<string> pieces = [.. Encoding.UTF8.GetBytes(word).Select(SymbolOf)];
        pieces[^1] += WordEnd;
        while (pieces.Count > 1)
        {
            int best = -1, rank = int.MaxValue;
            for (int place = 0; place + 1 < pieces.Count; place++)
            {
                if (_ranks.TryGetValue((pieces[place], pieces[place + 1]), out int found) && found < rank) (best, rank) = (place, found);
            }

            if (best < 0) break;
            pieces[best] += pieces[best + 1];
            pieces.RemoveAt(best + 1);
        }

        return pieces;
    }

    // The printable alphabet in which byte-level vocabularies are written (GPT-2): bytes that print stand for themselves.
    private static string SymbolOf(byte value) => Symbols[value];

    private static readonly string[] Symbols = MakeSymbols();

    private static string[] MakeSymbols()
    {
        var symbols = new string[256];
        int next = 256;
        for (int value = 0; value < symbols.Length; value++)
        {
            bool prints = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            symbols[value] = ((char)(prints ? value : next++)).ToString();
        }

        return symbols;
    }

    private static (string, string) PairOf(JsonElement merge)
    {
        string[] parts = merge.ValueKind == JsonValueKind.Array
            ? [.. merge.EnumerateArray().Select(part => part.GetString()!)]
            : merge.GetString()!.Split(' ');
        return parts.Length == 2 ? (parts[0], parts[1]) : throw new FormatException($"The merge '{merge}' is no pair.");
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
