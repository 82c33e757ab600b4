namespace Magma.Data;

/// <summary>Which questions a window of a video gave.</summary>
public enum TraceQuestions
{
    /// <summary>What the video shows, and no more.</summary>
    Semantics,

    /// <summary>Where the marks are.</summary>
    SetOfMark,

    /// <summary>Where the marks will move.</summary>
    TraceOfMark,
}

/// <summary>The finished questions and answers about one window, with what became of every foreground mark.</summary>
/// <param name="Questions">What the last turn asks for.</param>
/// <param name="Turns">One or two turns; the first is about the unmarked frame when there is a caption.</param>
/// <param name="Traces">The foreground marks by number; empty unless the selection found traces.</param>
/// <param name="AsksAboutMarks">Whether the last turn brings the marked frame.</param>
public sealed record TraceConversation(
    TraceQuestions Questions, IReadOnlyList<Turn> Turns, IReadOnlyList<MarkTrace> Traces, bool AsksAboutMarks)
{
    /// <summary>Builds the questions and answers of one window.</summary>
    /// <param name="selection">The chosen marks.</param>
    /// <param name="first">The turn before the marks: what is seen, or a robot's action; null for none.</param>
    /// <param name="todo">What is being done; null when nobody said, and then the traces give no question, only the marks do.</param>
    /// <param name="source">Where the window comes from.</param>
    /// <param name="settings">Grid and limits.</param>
    /// <param name="text">The words' switches.</param>
    /// <returns>The conversation, or null when there is neither a first turn nor a mark to ask about.</returns>
    public static TraceConversation? Of(
        TraceSelected selection, Turn? first, string? todo, TraceSource source, TraceSettings settings, TraceText text)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(text);
        Turn[] before = first is null ? [] : [first];
        if (selection.Marks.Count == 0)
        {
            return first is null ? null : new TraceConversation(TraceQuestions.Semantics, before, [], AsksAboutMarks: false);
        }

        MarkTrace[] traces = selection.Outcome == TraceOutcome.Traces
            ? [.. selection.Marks.Where(mark => mark.IsPositive).OrderBy(mark => mark.Number)
                .Select(mark => MarkTrace.Of(mark, selection, settings))]
            : [];
        MarkTrace[] written = [.. traces.Where(trace => trace.Verdict == MarkVerdict.Written)];
        int grid = settings.QuantizationGrid;
        if (written.Length == 0 || todo is null)
        {
            var setOfMark = new Turn(text.SetOfMarkQuestion(grid), TraceText.SetOfMarkAnswer(selection, grid));
            return new TraceConversation(TraceQuestions.SetOfMark, [.. before, setOfMark], traces, AsksAboutMarks: true);
        }

        // Marks that are too slow still count for the mean speed, as in the reference; those without enough points do not.
        int speed = (int)traces
            .Where(trace => trace.Verdict is MarkVerdict.Written or MarkVerdict.TooSlow)
            .Average(trace => trace.Speed);
        var traceOfMark = new Turn(text.TraceQuestion(selection, written, speed, todo, source, grid), text.TraceAnswer(written));
        return new TraceConversation(TraceQuestions.TraceOfMark, [.. before, traceOfMark], traces, AsksAboutMarks: true);
    }
}
