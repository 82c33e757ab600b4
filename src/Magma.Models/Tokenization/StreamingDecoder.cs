using System.Text;

namespace Magma.Models.Tokenization;

/// <summary>
/// Turns ids into text one by one: each call gives the text that has become certain, so a character spread over tokens comes
/// out whole, and pieces plus the flush are the text of all ids together. Not safe to share between threads.
/// </summary>
/// <param name="tokenizer">Whose ids come.</param>
/// <param name="skipSpecialTokens">Whether special tokens vanish.</param>
public sealed class StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens = true)
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private byte[] held = [];

    /// <summary>Takes the next id; returns the text that is certain now, perhaps none.</summary>
    public string Append(int id) => skipSpecialTokens && tokenizer.IsSpecial(id) ? "" : Read(tokenizer.BytesOf(id), flush: false);

    /// <summary>Ends the text: an unfinished character becomes U+FFFD. The decoder can then be used anew.</summary>
    public string Flush() => Read(default, flush: true);

    private string Read(ReadOnlySpan<byte> bytes, bool flush)
    {
        byte[] text = [.. held, .. bytes];
        int certain = flush ? text.Length : text.Length - LengthOfPossibleSurrogate(text);
        held = text[certain..];
        var characters = new char[certain + 4];
        int count = decoder.GetChars(text.AsSpan(0, certain), characters, flush);
        return new string(characters, 0, count);
    }

    // The reference tells a surrogate (ED A0..BF) from a cut character only at its third byte, .NET's decoder at the second.
    private static int LengthOfPossibleSurrogate(ReadOnlySpan<byte> text) => text switch
    {
        [.., 0xED] => 1,
        [.., 0xED, >= 0xA0 and <= 0xBF] => 2,
        _ => 0,
    };
}
