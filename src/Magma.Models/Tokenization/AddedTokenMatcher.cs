using System.Buffers;

namespace Magma.Models.Tokenization;

/// <summary>Finds added tokens in text: the leftmost, of those the longest. One vectorised search, linear in the text.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly SearchValues<string> spellings;
    private readonly Dictionary<string, AddedToken> byContent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly int[] lengths;

    public AddedTokenMatcher(IReadOnlyCollection<AddedToken> tokens)
    {
        foreach (AddedToken token in tokens) byContent[token.Content] = token;
        lookup = byContent.GetAlternateLookup<ReadOnlySpan<char>>();
        spellings = SearchValues.Create([.. byContent.Keys], StringComparison.Ordinal);
        lengths = [.. byContent.Keys.Select(key => key.Length).Distinct().OrderDescending()];
    }

    /// <summary>The next added token at or after <paramref name="from"/>, and the part of the text that it takes.</summary>
    public AddedToken? Next(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        start = end = text.Length;
        if (byContent.Count == 0) return null;
        for (int position = from; position < text.Length; position++)
        {
            int offset = text[position..].IndexOfAny(spellings);
            if (offset < 0) return null;
            position += offset;
            foreach (int length in lengths)
            {
                if (length > text.Length - position || !lookup.TryGetValue(text.Slice(position, length), out AddedToken? token)) continue;
                if (token.SingleWord && (IsWordAt(text, position - 1) || IsWordAt(text, position + length))) continue;
                start = position;
                end = position + length;
                if (token.StripsLeft) while (start > from && char.IsWhiteSpace(text[start - 1])) start--;
                if (token.StripsRight) while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
                return token;
            }
        }

        return null;
    }

    private static bool IsWordAt(ReadOnlySpan<char> text, int index) =>
        index >= 0 && index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] == '_');
}
