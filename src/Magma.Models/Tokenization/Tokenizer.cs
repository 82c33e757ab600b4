using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Magma.Data;

namespace Magma.Models.Tokenization;

/// <summary>
/// A byte-level BPE tokenizer: cut out added tokens, split the rest into pieces, merge byte pairs inside each piece. Immutable
/// and safe to share between threads.
/// </summary>
public sealed class Tokenizer
{
    // Pieces that need merging come back again and again; longer ones seldom do.
    private const int CachedPieceLength = 48;
    private const int CacheSlots = 1 << 15;

    // No character, for use inside programs only (Unicode Standard, section 23.7).
    private const char ShieldMark = '\uFDD0';

    private readonly Vocabulary vocabulary;
    private readonly MergeTable merges;
    private readonly int[] tokenOfByte;
    private readonly AddedTokenMatcher matcher;
    private readonly AddedTokenMatcher nonSpecialMatcher;
    private readonly Dictionary<int, AddedToken> addedById = [];
    private readonly Dictionary<string, int> addedByContent = new(StringComparer.Ordinal);
    private readonly PieceTokens?[] cache = new PieceTokens?[CacheSlots];
    private readonly bool wholePiecesFirst;
    private readonly bool normalizesToNfc;
    private readonly int[] prefix;
    private readonly int[] suffix;

    internal Tokenizer(TokenizerDefinition definition)
    {
        vocabulary = definition.Vocabulary;
        merges = definition.Merges;
        PreTokenizer = definition.PreTokenizer;
        wholePiecesFirst = definition.WholePiecesFirst;
        normalizesToNfc = definition.NormalizesToNfc;
        AddedTokens = [.. definition.AddedTokens.OrderBy(token => token.Id)];
        prefix = definition.Prefix;
        suffix = definition.Suffix;
        BosToken = definition.BosToken;
        EosToken = definition.EosToken;
        PadToken = definition.PadToken;
        ChatTemplate = definition.ChatTemplate;
        CleansUpSpaces = definition.CleansUpSpaces;
        tokenOfByte = new int[256];
        for (int value = 0; value < 256; value++)
        {
            tokenOfByte[value] = vocabulary.Find([(byte)value]);
            if (tokenOfByte[value] < 0) throw new InvalidDataException($"The vocabulary has no token for the byte 0x{value:X2}.");
        }

        foreach (AddedToken token in AddedTokens)
        {
            addedById[token.Id] = token;
            addedByContent[token.Content] = token.Id;
        }

        matcher = new AddedTokenMatcher(AddedTokens);
        nonSpecialMatcher = new AddedTokenMatcher([.. AddedTokens.Where(token => !token.Special)]);
    }

    private sealed record PieceTokens(byte[] Piece, int[] Ids);

    /// <summary>Ordinary tokens: one more than the greatest id of the vocabulary without the added tokens.</summary>
    public int BaseVocabularySize => vocabulary.Count;

    /// <summary>One more than the greatest id of all tokens.</summary>
    public int VocabularySize => Math.Max(vocabulary.Count, AddedTokens.Count == 0 ? 0 : AddedTokens[^1].Id + 1);

    /// <summary>Added tokens by id.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>How text is cut before merging.</summary>
    public PreTokenizer PreTokenizer { get; }

    /// <summary>Spelling of the token that begins a text, if tokenizer_config.json names one.</summary>
    public string? BosToken { get; }

    /// <summary>Spelling of the token that ends an answer, if tokenizer_config.json names one.</summary>
    public string? EosToken { get; }

    /// <summary>Spelling of the padding token, if tokenizer_config.json names one.</summary>
    public string? PadToken { get; }

    /// <summary>Source of the chat template (Jinja), if the tokenizer has one.</summary>
    public string? ChatTemplate { get; }

    /// <summary>Whether tokenizer_config.json asks that decoding takes out blanks before punctuation.</summary>
    public bool CleansUpSpaces { get; }

    /// <summary>
    /// Reads the tokenizer of a Hugging Face folder: tokenizer.json, and if there tokenizer_config.json and chat_template.jinja.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is damaged or of a kind that is not supported.</exception>
    public static Tokenizer Load(string folder) => new(TokenizerFile.ReadFolder(folder));

    /// <summary>Reads the contents of a tokenizer.json and, if given, a tokenizer_config.json.</summary>
    /// <exception cref="InvalidDataException">The text is damaged or of a kind that is not supported.</exception>
    public static Tokenizer Parse(ReadOnlySpan<byte> tokenizerJson, ReadOnlySpan<byte> configJson = default) =>
        new(TokenizerFile.Read(tokenizerJson, configJson, "tokenizer.json"));

    /// <summary>Reads tiktoken ranks: a line per token, its bytes in base 64, a blank, its rank.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preTokenizer">How text is cut: the file does not say.</param>
    /// <param name="addedTokens">Special tokens: the file has none.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Tokenizer LoadTiktoken(string path, PreTokenizer preTokenizer, IReadOnlyList<AddedToken> addedTokens) =>
        new(TiktokenFile.Read(path, preTokenizer, addedTokens));

    /// <summary>The id of a token, by its spelling for added tokens or its text for ordinary ones; null when there is none.</summary>
    public int? IdOf(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (addedByContent.TryGetValue(token, out int added)) return added;
        int id = vocabulary.Find(Encoding.UTF8.GetBytes(token));
        return id < 0 ? null : id;
    }

    /// <summary>The bytes of a token, empty when no token has the id.</summary>
    public ReadOnlySpan<byte> BytesOf(int id)
    {
        if (addedById.TryGetValue(id, out AddedToken? added)) return Encoding.UTF8.GetBytes(added.Content);
        return id >= 0 && id < vocabulary.Count ? vocabulary.BytesOf(id) : default;
    }

    /// <summary>Whether the id is that of an added token with the special flag.</summary>
    public bool IsSpecial(int id) => addedById.TryGetValue(id, out AddedToken? added) && added.Special;

    /// <summary>Text to ids.</summary>
    /// <param name="text">Any text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether to add what the tokenizer's template adds (BOS for Llama 3).</param>
    /// <param name="splitSpecialTokens">
    /// Whether special tokens inside the text are taken as ordinary text: wanted for text of strangers.
    /// </param>
    public int[] Encode(string text, bool addSpecialTokens = true, bool splitSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 3) + 4);
        if (addSpecialTokens) ids.AddRange(prefix);
        ForEachPart(text, splitSpecialTokens, ids, (part, added, start, output) =>
        {
            if (added is null) EncodePart(part, output);
            else output.Add(added.Id);
        });
        if (addSpecialTokens) ids.AddRange(suffix);
        return [.. ids];
    }

    /// <summary>
    /// Makes special tokens that a text spells inert: <see cref="EncodeShielded"/> takes them as ordinary text, wherever the text is put.
    /// </summary>
    /// <param name="text">Text of a stranger.</param>
    /// <param name="except">Spellings that stay tokens.</param>
    public string Shield(string text, params IReadOnlyCollection<string> except)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Replace(ShieldMark, '\uFFFD');
        var shielded = new StringBuilder(text.Length);
        int position = 0;
        while (matcher.Next(text, position, out int start, out int end) is { } token)
        {
            shielded.Append(text.AsSpan(position..start));
            // Blanks that the token would take stay; one mark inside the spelling breaks it.
            string part = text[start..end];
            int inside = part.IndexOf(token.Content, StringComparison.Ordinal) + 1;
            shielded.Append(token.Special && !except.Contains(token.Content) ? part.Insert(inside, ShieldMark.ToString()) : part);
            position = end;
        }

        return shielded.Append(text.AsSpan(position)).ToString();
    }

    /// <summary>Text to ids, where parts of the text went through <see cref="Shield"/>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">Whether to add what the tokenizer's template adds.</param>
    public int[] EncodeShielded(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 3) + 4);
        if (addSpecialTokens) ids.AddRange(prefix);
        ForEachPart(text, splitSpecialTokens: false, ids, (part, added, start, output) =>
        {
            if (added is not null) output.Add(added.Id);
            else if (part.Contains(ShieldMark)) EncodePart(part.ToString().Replace($"{ShieldMark}", "", StringComparison.Ordinal), output);
            else EncodePart(part, output);
        });
        if (addSpecialTokens) ids.AddRange(suffix);
        return [.. ids];
    }

    /// <summary>Text to tokens with the part of the text that each covers.</summary>
    /// <inheritdoc cref="Encode"/>
    public Token[] EncodeWithOffsets(string text, bool addSpecialTokens = true, bool splitSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (normalizesToNfc && !Nfc.IsNormalized(text))
        {
            throw new ArgumentException(
                "Offsets are into the text as given, so it must be in normalization form C for this tokenizer.", nameof(text));
        }

        var tokens = new List<Token>();
        if (addSpecialTokens) tokens.AddRange(prefix.Select(id => new Token(id, 0, 0)));
        ForEachPart(text, splitSpecialTokens, tokens, (part, added, start, output) =>
        {
            if (added is null) AddWithOffsets(part, start, output);
            else output.Add(new Token(added.Id, start, part.Length));
        });
        if (addSpecialTokens) tokens.AddRange(suffix.Select(id => new Token(id, text.Length, 0)));
        return [.. tokens];
    }

    /// <summary>Ids to text. Bytes are joined first, so a character may be spread over tokens; what is no UTF-8 becomes U+FFFD.</summary>
    /// <param name="ids">Ids; those that no token has vanish, as in the reference.</param>
    /// <param name="skipSpecialTokens">Whether special tokens vanish.</param>
    /// <param name="cleanUpSpaces">Whether blanks before punctuation are taken out, as Hugging Face does when
    /// <see cref="CleansUpSpaces"/>; then decoding is no inverse of encoding.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false, bool cleanUpSpaces = false)
    {
        var bytes = new ArrayBufferWriter<byte>((ids.Length * 4) + 16);
        foreach (int id in ids)
        {
            if (!skipSpecialTokens || !IsSpecial(id)) bytes.Write(BytesOf(id));
        }

        string text = Encoding.UTF8.GetString(bytes.WrittenSpan);
        return cleanUpSpaces ? CleanUpSpaces(text) : text;
    }

    private delegate void PartHandler<T>(ReadOnlySpan<char> part, AddedToken? added, int start, List<T> output);

    private void ForEachPart<T>(string text, bool splitSpecialTokens, List<T> output, PartHandler<T> handle)
    {
        AddedTokenMatcher search = splitSpecialTokens ? nonSpecialMatcher : matcher;
        int position = 0;
        while (position < text.Length)
        {
            AddedToken? added = search.Next(text, position, out int start, out int end);
            // Tokens are cut out before normalizing: a mark behind one must not swallow its last letter.
            if (start > position)
                handle(normalizesToNfc ? Nfc.Normalize(text[position..start]) : text.AsSpan(position..start), null, position, output);
            if (added is not null) handle(text.AsSpan(start..end), added, start, output);
            position = end;
        }
    }

    private void EncodePart(ReadOnlySpan<char> part, List<int> output)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(part.Length));
        ReadOnlySpan<byte> text = rented.AsSpan(0, Encoding.UTF8.GetBytes(part, rented));
        for (int start = 0; start < text.Length;)
        {
            int end = PreTokenizer.EndOfPiece(text, start);
            EncodePiece(text[start..end], output);
            start = end;
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    private void EncodePiece(ReadOnlySpan<byte> piece, List<int> output)
    {
        if (piece.Length == 1)
        {
            output.Add(tokenOfByte[piece[0]]);
            return;
        }

        uint hash = Vocabulary.HashOf(piece);
        if (wholePiecesFirst)
        {
            int whole = vocabulary.Find(piece, hash);
            if (whole >= 0)
            {
                output.Add(whole);
                return;
            }
        }

        ref PieceTokens? slot = ref cache[hash & (CacheSlots - 1)];
        PieceTokens? cached = Volatile.Read(ref slot);
        if (cached is not null && piece.SequenceEqual(cached.Piece))
        {
            output.AddRange(cached.Ids);
            return;
        }

        int from = output.Count;
        CollectionsMarshal.SetCount(output, from + piece.Length);
        Span<int> row = CollectionsMarshal.AsSpan(output)[from..];
        for (int index = 0; index < piece.Length; index++) row[index] = tokenOfByte[piece[index]];
        int count = merges.Apply(row);
        if (piece.Length <= CachedPieceLength) Volatile.Write(ref slot, new PieceTokens(piece.ToArray(), row[..count].ToArray()));
        CollectionsMarshal.SetCount(output, from + count);
    }

    private void AddWithOffsets(ReadOnlySpan<char> part, int partStart, List<Token> output)
    {
        var ids = new List<int>();
        EncodePart(part, ids);
        byte[] text = Encoding.UTF8.GetBytes(part.ToString());
        // Byte position of the token and the character that holds it; both only move forward.
        int position = 0, characterStartByte = 0, character = 0;
        foreach (int id in ids)
        {
            Advance(position);
            int start = character;
            position += vocabulary.BytesOf(id).Length;
            Advance(position);
            int end = characterStartByte == position ? character : character + WidthAt(characterStartByte);
            output.Add(new Token(id, partStart + start, end - start));
        }

        void Advance(int target)
        {
            while (characterStartByte < target && characterStartByte + BytesAt(characterStartByte) <= target)
            {
                character += WidthAt(characterStartByte);
                characterStartByte += BytesAt(characterStartByte);
            }
        }

        int BytesAt(int index) => text[index] switch { < 0x80 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
        int WidthAt(int index) => text[index] >= 0xF0 ? 2 : 1;
    }

    private static string CleanUpSpaces(string text) => text
        .Replace(" .", ".", StringComparison.Ordinal).Replace(" ?", "?", StringComparison.Ordinal)
        .Replace(" !", "!", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal)
        .Replace(" ' ", "'", StringComparison.Ordinal).Replace(" n't", "n't", StringComparison.Ordinal)
        .Replace(" 'm", "'m", StringComparison.Ordinal).Replace(" 's", "'s", StringComparison.Ordinal)
        .Replace(" 've", "'ve", StringComparison.Ordinal).Replace(" 're", "'re", StringComparison.Ordinal);
}
