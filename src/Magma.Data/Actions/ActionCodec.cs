namespace Magma.Data;

/// <summary>
/// Robot action numbers as vocabulary tokens and back: the range -1..1 in 255 bins whose tokens are the last 256 ordinary tokens of
/// the vocabulary, downwards. (Magma's and OpenVLA's action tokenizer.)
/// </summary>
public sealed class ActionCodec
{
    /// <summary>Numbers in one action: x, y, z, roll, pitch, yaw, gripper.</summary>
    public const int Dimensions = 7;

    /// <summary>Tokens that stand for numbers.</summary>
    public const int TokenCount = 256;

    private static readonly double[] EdgeTable = [.. Enumerable.Range(0, TokenCount - 1).Select(index => (index * (2.0 / 255)) - 1), 1.0];
    private static readonly double[] CentreTable =
        [.. Enumerable.Range(0, TokenCount - 1).Select(index => (EdgeTable[index] + EdgeTable[index + 1]) / 2)];

    /// <param name="vocabularySize">
    /// The checkpoint's <c>tokenizer_vocab_size</c>: one more than the id that stands for -1. At least 256.
    /// </param>
    public ActionCodec(int vocabularySize = 128000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, TokenCount);
        VocabularySize = vocabularySize;
    }

    /// <summary>The 256 edges of the bins, from -1 to 1.</summary>
    public static ReadOnlySpan<double> Edges => EdgeTable;

    /// <summary>The 255 values that decoding gives.</summary>
    public static ReadOnlySpan<double> Centres => CentreTable;

    /// <summary>Ordinary tokens of the vocabulary.</summary>
    public int VocabularySize { get; }

    /// <summary>The lowest action id: +1.</summary>
    public int FirstId => VocabularySize - TokenCount;

    /// <summary>The highest action id: -1.</summary>
    public int LastId => VocabularySize - 1;

    /// <summary>Edges at or below a value that is first clipped to -1..1: 1 to 256. NaN counts as above all, as in the reference.</summary>
    public static int BinOf(double value)
    {
        if (!(value < 1)) return TokenCount;
        if (!(value > -1)) return 1;
        int bin = Math.Clamp((int)((value + 1) * 127.5), 0, TokenCount - 2);
        while (bin < TokenCount && EdgeTable[bin] <= value) bin++;
        while (bin > 0 && EdgeTable[bin - 1] > value) bin--;
        return bin;
    }

    /// <summary>The token of a value, which is clipped to -1..1.</summary>
    /// <exception cref="ArgumentException">The value is NaN, which the bins would take for full speed.</exception>
    public int Encode(double value) => double.IsNaN(value)
        ? throw new ArgumentException("NaN is no action: its token would be that of full speed.", nameof(value))
        : VocabularySize - BinOf(value);

    /// <summary>The tokens of an action.</summary>
    /// <exception cref="ArgumentException">A value is NaN.</exception>
    public int[] Encode(ReadOnlySpan<double> action)
    {
        var ids = new int[action.Length];
        for (int index = 0; index < ids.Length; index++) ids[index] = Encode(action[index]);
        return ids;
    }

    /// <summary>Whether an id stands for a number.</summary>
    public bool IsAction(int id) => id >= FirstId && id <= LastId;

    /// <summary>The centre of a token's bin, -0.996 to 0.996.</summary>
    /// <exception cref="InvalidDataException">The id is no action token: the reference would decode it as a full move.</exception>
    public double Decode(int id) => IsAction(id)
        ? DecodeAny(id)
        : throw new InvalidDataException($"{id} is no action token: those are {FirstId} to {LastId}.");

    /// <summary>The action of exactly seven tokens.</summary>
    /// <exception cref="InvalidDataException">There are not seven, or one of them is no action token.</exception>
    public double[] Decode(ReadOnlySpan<int> ids)
    {
        if (ids.Length != Dimensions) throw new InvalidDataException($"An action has {Dimensions} tokens, but {ids.Length} were given.");
        var action = new double[Dimensions];
        for (int index = 0; index < action.Length; index++) action[index] = Decode(ids[index]);
        return action;
    }

    /// <summary>What the reference decodes any id to: ids outside the range are full moves. For comparison with it only.</summary>
    public double DecodeAny(int id) => CentreTable[(int)Math.Clamp((long)VocabularySize - id - 1, 0, CentreTable.Length - 1)];
}
