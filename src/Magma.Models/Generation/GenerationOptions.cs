namespace Magma.Models.Generation;

/// <summary>How answers are made.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens of an answer; it has fewer where the model's positions end before.</summary>
    public int MaxNewTokens { get; init; } = 500;

    /// <summary>0 always takes the likeliest token; above, logits are divided by it before drawing.</summary>
    public double Temperature { get; init; }

    /// <summary>Draw among the likeliest tokens that together have this share, 0..1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Draw among so many likeliest tokens; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Above 1, tokens of the prompt and the answer become less likely (logits divided, or multiplied when negative).</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Texts that end an answer; they are not part of it.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Start of the random numbers; the same seed gives the same answer.</summary>
    public ulong Seed { get; init; }

    /// <summary>The form that the answer must have.</summary>
    public ITokenGrammar? Grammar { get; init; }

    /// <summary>Whether the log-probability of every token is wanted.</summary>
    public bool WithLogProbabilities { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">Something is out of range; the message lists everything.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        if (MaxNewTokens < 1) problems.Add($"MaxNewTokens is {MaxNewTokens}, expected at least 1");
        if (!(Temperature >= 0)) problems.Add($"Temperature is {Temperature}, expected 0 or more");
        if (!(TopP > 0 && TopP <= 1)) problems.Add($"TopP is {TopP}, expected above 0 and at most 1");
        if (TopK < 0) problems.Add($"TopK is {TopK}, expected 0 or more");
        if (!(RepetitionPenalty > 0)) problems.Add($"RepetitionPenalty is {RepetitionPenalty}, expected above 0");
        if (StopStrings.Any(string.IsNullOrEmpty)) problems.Add("a stop string is empty");
        if (problems.Count > 0) throw new ArgumentException(string.Join("; ", problems));
    }
}

/// <summary>Why an answer ended.</summary>
public enum StopReason
{
    /// <summary>The model ended it.</summary>
    EndOfTurn,

    /// <summary>A stop string came up.</summary>
    StopString,

    /// <summary>The grammar allows nothing more.</summary>
    Grammar,

    /// <summary>It had <see cref="GenerationOptions.MaxNewTokens"/> tokens, or the model's positions were used up.</summary>
    Length,
}

/// <summary>A piece of an answer while it is made.</summary>
/// <param name="Id">The token.</param>
/// <param name="Text">Text that has become certain with it, perhaps none.</param>
/// <param name="LogProbability">
/// The token's log-probability under the model, before any temperature or grammar; NaN when not asked for.
/// </param>
public readonly record struct GeneratedToken(int Id, string Text, double LogProbability);

/// <summary>An answer.</summary>
/// <param name="Ids">Its tokens, without the one that ended it.</param>
/// <param name="Text">Its text, special tokens left out.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="LogProbabilities">One for every token, or empty when not asked for.</param>
public sealed record GeneratedText(int[] Ids, string Text, StopReason Reason, double[] LogProbabilities);
