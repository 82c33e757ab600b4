using System.Text;
using Magma.Models.Tokenization;

namespace Magma.Models.Generation;

/// <summary>One answer while it grows: its tokens, the text that is certain, and whether it has ended.</summary>
internal sealed class AnswerBuilder(Tokenizer tokenizer, GenerationOptions options, int[] endIds, Sampler sampler)
{
    private readonly StreamingDecoder decoder = new(tokenizer);
    private readonly StringBuilder text = new();
    private readonly List<int> ids = [];
    private readonly List<double> logProbabilities = [];
    private int given;

    /// <summary>Why it ended, or null.</summary>
    public StopReason? Reason { get; private set; }

    /// <summary>The most tokens that it can have.</summary>
    public int MaxTokens => options.MaxNewTokens;

    public int LastId => ids.Count > 0 ? ids[^1] : 0;

    /// <summary>Takes the next token from logits; returns what a reader may see now.</summary>
    public GeneratedToken? Step(Span<float> logits)
    {
        float[]? raw = options.WithLogProbabilities ? logits.ToArray() : null;
        int id = sampler.Next(logits);
        if (endIds.Contains(id))
        {
            Reason = StopReason.EndOfTurn;
            text.Append(decoder.Flush());
            return Tail();
        }

        double logProbability = raw is null ? double.NaN : LogProbability(raw, id);
        ids.Add(id);
        if (raw is not null) logProbabilities.Add(logProbability);
        text.Append(decoder.Append(id));
        if (StopAt() is { } stop)
        {
            text.Length = stop;
            Reason = StopReason.StopString;
        }
        else if (sampler.IsFinished)
        {
            Reason = StopReason.Grammar;
        }
        else if (ids.Count >= options.MaxNewTokens)
        {
            Reason = StopReason.Length;
        }

        if (Reason is not null and not StopReason.StopString) text.Append(decoder.Flush());
        return new GeneratedToken(id, Certain(), logProbability);
    }

    public GeneratedText Build() => new([.. ids], text.ToString(), Reason ?? StopReason.Length, [.. logProbabilities]);

    private GeneratedToken? Tail() => Certain() is { Length: > 0 } rest ? new GeneratedToken(-1, rest, double.NaN) : null;

    /// <summary>Text not given yet; what could be the beginning of a stop string is held back.</summary>
    private string Certain()
    {
        int end = text.Length;
        if (Reason is null)
        {
            foreach (string stop in options.StopStrings) end = Math.Min(end, text.Length - PartialMatch(stop));
        }

        if (end <= given) return "";
        string part = text.ToString(given, end - given);
        given = end;
        return part;
    }

    private int? StopAt()
    {
        if (options.StopStrings.Count == 0) return null;
        string all = text.ToString();
        int[] found = [.. options.StopStrings.Select(stop => all.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0)];
        return found.Length == 0 ? null : found.Min();
    }

    /// <summary>Characters at the end that a stop string begins with.</summary>
    private int PartialMatch(string stop)
    {
        for (int length = Math.Min(stop.Length - 1, text.Length); length > 0; length--)
        {
            if (text.ToString(text.Length - length, length) == stop[..length]) return length;
        }

        return 0;
    }

    private static double LogProbability(float[] logits, int id)
    {
        double greatest = logits.Max(), sum = 0;
        foreach (float logit in logits) sum += Math.Exp(logit - greatest);
        return logits[id] - greatest - Math.Log(sum);
    }
}
