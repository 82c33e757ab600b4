using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Magma.Data;

namespace Magma.Models.Tokenization;

/// <summary>Reads tiktoken rank files (Llama's <c>tokenizer.model</c>, <c>cl100k_base.tiktoken</c>).</summary>
internal static class TiktokenFile
{
    private const int MaxTokens = 1 << 22;

    public static TokenizerDefinition Read(string path, PreTokenizer preTokenizer, IReadOnlyList<AddedToken> addedTokens)
    {
        var tokens = new List<byte[]?>();
        int number = 0;
        foreach (string line in Encoding.ASCII.GetString(SmallFile.ReadAllBytes(path)).ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (line.Length == 0) continue;
            int blank = line.IndexOf(' ');
            if (blank <= 0 || !Base64.IsValid(line.AsSpan(0, blank))
                || !int.TryParse(line.AsSpan(blank + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int rank))
            {
                throw new InvalidDataException($"{path}, line {number}: expected a token in base 64, a blank and its rank.");
            }

            if (rank >= MaxTokens) throw new InvalidDataException($"{path}, line {number}: the rank {rank} is beyond {MaxTokens}.");
            while (tokens.Count <= rank) tokens.Add(null);
            if (tokens[rank] is not null) throw new InvalidDataException($"{path}, line {number}: the rank {rank} comes twice.");
            tokens[rank] = Convert.FromBase64String(line[..blank]);
        }

        if (tokens.Count == 0) throw new InvalidDataException($"{path} holds no tokens.");
        var vocabulary = new Vocabulary(tokens);
        // Merging two neighbours gives the token of their joined bytes with its id as rank: every splitting of every token is a merge.
        var splits = new List<(int Left, int Right, int Id)>();
        for (int id = 0; id < tokens.Count; id++)
        {
            ReadOnlySpan<byte> token = tokens[id];
            for (int cut = 1; cut < token.Length; cut++)
            {
                int left = vocabulary.Find(token[..cut]), right = left < 0 ? -1 : vocabulary.Find(token[cut..]);
                if (right >= 0) splits.Add((left, right, id));
            }
        }

        var merges = new MergeTable(splits.Count);
        foreach ((int left, int right, int id) in splits) merges.Add(left, right, id, id);
        return new TokenizerDefinition(vocabulary, merges, preTokenizer, addedTokens) { WholePiecesFirst = true };
    }
}
