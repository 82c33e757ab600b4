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

    /// <summary>Takes the next id; returns the text that is certain now, perhaps none.</summary>
    public string Append(int id) => skipSpecialTokens && tokenizer.IsSpecial(id) ? "" : Read(tokenizer.BytesOf(id), flush: false);

    /// <summary>Ends the text: an unfinished character becomes U+FFFD. The decoder can then be used anew.</summary>
    public string Flush() => Read(default, flush: true);

    private string Read(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[bytes.Length + 4];
        int count = decoder.GetChars(bytes, characters, flush);
        return new string(characters, 0, count);
    }
}
