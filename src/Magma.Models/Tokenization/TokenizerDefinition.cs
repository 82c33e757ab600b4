using Magma.Data;

namespace Magma.Models.Tokenization;

/// <summary>What a tokenizer is made of, however it was written down.</summary>
internal sealed record TokenizerDefinition(
    Vocabulary Vocabulary, MergeTable Merges, PreTokenizer PreTokenizer, IReadOnlyList<AddedToken> AddedTokens)
{
    /// <summary>Whether a piece that is itself a token is that token, without merging (<c>ignore_merges</c>).</summary>
    public bool WholePiecesFirst { get; init; }

    /// <summary>Whether text is brought into normalization form C first.</summary>
    public bool NormalizesToNfc { get; init; }

    /// <summary>Ids in front of every text.</summary>
    public int[] Prefix { get; init; } = [];

    /// <summary>Ids behind every text.</summary>
    public int[] Suffix { get; init; } = [];

    public string? BosToken { get; init; }

    public string? EosToken { get; init; }

    public string? PadToken { get; init; }

    public string? ChatTemplate { get; init; }

    public bool CleansUpSpaces { get; init; }
}
