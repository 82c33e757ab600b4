using System.Globalization;
using Magma.Data;

namespace Magma.Models.Generation;

/// <summary>The grammar of <see cref="UiAction"/>'s text: marks that exist and legal fields only.</summary>
public static class UiActionGrammar
{
    /// <summary>After so many tokens an answer is brought to its end on the shortest way: a typed text cannot go on for ever.</summary>
    public const int MaxTokens = 200;

    /// <summary>A grammar for one screen.</summary>
    /// <param name="tokens">The vocabulary, sorted once.</param>
    /// <param name="marks">The marks that are on the screen; without any, only kinds without a mark are possible.</param>
    /// <param name="kinds">What may be done; null for everything.</param>
    public static ITokenGrammar For(SortedTokens tokens, IReadOnlyCollection<int> marks, IReadOnlyCollection<UiActionKind>? kinds = null) =>
        new TextGrammar(PatternOf(marks, kinds), tokens, MaxTokens);

    /// <summary>The language of the answers.</summary>
    public static BytePattern PatternOf(IReadOnlyCollection<int> marks, IReadOnlyCollection<UiActionKind>? kinds = null)
    {
        List<UiActionKind> possible =
            [.. (kinds ?? Enum.GetValues<UiActionKind>()).Where(kind => marks.Count > 0 || !UiAction.HasMark(kind)).Distinct()];
        if (possible.Count == 0)
            throw new ArgumentException(
                "No action is possible: there are no marks, and every kind that is allowed needs one.", nameof(marks));
        return BytePattern.Choice([.. possible.Select(kind => Answer(kind, marks))]);
    }

    private static BytePattern Answer(UiActionKind kind, IReadOnlyCollection<int> marks)
    {
        var parts = new List<BytePattern> { BytePattern.Text($"{{\"ACTION\": \"{UiAction.NameOf(kind)}\"") };
        if (UiAction.HasMark(kind))
        {
            parts.Add(BytePattern.Text(", \"MARK\": "));
            parts.Add(BytePattern.Choice([.. marks.Select(mark => BytePattern.Text(mark.ToString(CultureInfo.InvariantCulture)))]));
        }

        parts.Add(BytePattern.Text(", \"VALUE\": \""));
        if (UiAction.HasText(kind)) parts.Add(BytePattern.Repeat(BytePattern.JsonCharacter, 0, BytePattern.Unbounded));
        else parts.Add(kind == UiActionKind.Click ? BytePattern.Text(UiAction.NoValue) : BytePattern.Choice([.. UiAction.ValuesOf(kind).Select(BytePattern.Text)]));
        parts.Add(BytePattern.Text("\"}"));
        return BytePattern.Sequence(parts);
    }
}
