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
    // The beginning of a character whose rest may come.
    private byte[] held = [];

    /// <summary>Takes the next id; returns the text that is certain now, perhaps none.</summary>
    public string Append(int id)
    {
        if (skipSpecialTokens && tokenizer.IsSpecial(id)) return "";
        byte[] bytes = [.. held, .. tokenizer.BytesOf(id)];
        int certain = bytes.Length - LengthOfBeginning(bytes);
        held = bytes[certain..];
        return Encoding.UTF8.GetString(bytes, 0, certain);
    }

    /// <summary>Ends the text: an unfinished character becomes U+FFFD. The decoder can then be used anew.</summary>
    public string Flush()
    {
        string rest = Encoding.UTF8.GetString(held);
        held = [];
        return rest;
    }

    private static int LengthOfBeginning(ReadOnlySpan<byte> bytes)
    {
        for (int length = 1; length <= Math.Min(3, bytes.Length); length++)
        {
            byte first = bytes[^length];
            if (first is >= 0x80 and <= 0xBF) continue;
            int whole = first switch { >= 0xC2 and <= 0xDF => 2, >= 0xE0 and <= 0xEF => 3, >= 0xF0 and <= 0xF4 => 4, _ => 1 };
            return length < whole && (length == 1 || CanFollow(first, bytes[^(length - 1)])) ? length : 0;
        }

        return 0;
    }

    // The reference tells a surrogate (ED A0..BF) from a cut character only at its third byte.
    private static bool CanFollow(byte first, byte second) => first switch
    {
        0xE0 => second >= 0xA0,
        0xF0 => second >= 0x90,
        0xF4 => second <= 0x8F,
        _ => true,
    };
}
