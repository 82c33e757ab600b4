namespace Magma.Models.Tokenization;

/// <summary>A token and the part of the text that it covers, in UTF-16 units.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Start">Index of the first character; a token that begins inside a character covers the whole character.</param>
/// <param name="Length">Characters covered; 0 for tokens that the template adds.</param>
public readonly record struct Token(int Id, int Start, int Length);
