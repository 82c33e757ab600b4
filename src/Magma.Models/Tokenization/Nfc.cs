namespace Magma.Models.Tokenization;

/// <summary>Unicode normalization form C, which Qwen's tokenizers ask for. .NET without ICU leaves text as it is, so the tables are ours.</summary>
internal static class Nfc
{
    public static bool IsNormalized(string text) => ReferenceEquals(Normalize(text), text) || Normalize(text) == text;

    public static string Normalize(string text)
    {
        // Nothing below U+0300 composes or reorders.
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0) return text;
        return text.Normalize();
    }
}
