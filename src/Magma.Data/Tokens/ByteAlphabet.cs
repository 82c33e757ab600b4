namespace Magma.Data;

/// <summary>
/// GPT-2's way to write bytes as printable characters: 33–126, 161–172 and 174–255 stand for themselves, the other bytes are
/// U+0100 and up in order. tokenizer.json spells its vocabulary so.
/// </summary>
public static class ByteAlphabet
{
    private static readonly char[] CharacterOfByte = Build();
    private static readonly short[] ByteOfCharacter = Invert(CharacterOfByte);

    /// <summary>The character that a byte is written as.</summary>
    public static char CharacterOf(byte value) => CharacterOfByte[value];

    /// <summary>The bytes that a spelling stands for.</summary>
    /// <exception cref="InvalidDataException">A character is not in the alphabet: the tokenizer is not byte-level.</exception>
    public static byte[] BytesOf(string spelling)
    {
        var bytes = new byte[spelling.Length];
        for (int index = 0; index < bytes.Length; index++)
        {
            char character = spelling[index];
            int value = character < ByteOfCharacter.Length ? ByteOfCharacter[character] : -1;
            if (value < 0)
            {
                throw new InvalidDataException(
                    $"The token '{spelling}' holds U+{(int)character:X4}, which is not in the byte alphabet: only byte-level BPE tokenizers are read.");
            }

            bytes[index] = (byte)value;
        }

        return bytes;
    }

    private static char[] Build()
    {
        var table = new char[256];
        int next = 256;
        for (int value = 0; value < table.Length; value++)
        {
            bool itself = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            table[value] = (char)(itself ? value : next++);
        }

        return table;
    }

    private static short[] Invert(char[] characters)
    {
        var table = new short[characters.Max() + 1];
        Array.Fill(table, (short)-1);
        for (int value = 0; value < characters.Length; value++) table[characters[value]] = (short)value;
        return table;
    }
}
