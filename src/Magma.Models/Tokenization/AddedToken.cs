namespace Magma.Models.Tokenization;

/// <summary>A token that is matched by its spelling before any pre-tokenizing, as <c>added_tokens</c> of tokenizer.json has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its spelling.</param>
/// <param name="Special">Whether decoding may skip it.</param>
/// <param name="StripsLeft">Whether blanks before it belong to it.</param>
/// <param name="StripsRight">Whether blanks after it belong to it.</param>
/// <param name="SingleWord">Whether it counts only where no letter, number or underscore touches it.</param>
public sealed record AddedToken(
    int Id, string Content, bool Special = true, bool StripsLeft = false, bool StripsRight = false, bool SingleWord = false);
