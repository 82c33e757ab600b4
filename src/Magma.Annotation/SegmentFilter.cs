using Magma.Data;

namespace Magma.Annotation;

/// <summary>
/// Which segments of videos the reference's recipes use, by their texts and lengths: of Ego4D no empty instructions, none about talking,
/// walking or looking around, and no clips shorter than a second; of EPIC-KITCHENS no close-ups, and only texts that say what should be
/// done next.
/// </summary>
public static class SegmentFilter
{
    private const string Next = "What you should do next";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly string[] IdleWords = ["converse", "walk", "laugh", "stand", "move around", "looks around"];
    private static readonly string[] CloseUps = ["closeup", "close-up", "close up"];

    /// <summary>Why a segment is left out, as the manifest counts it; null for one that is used.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="source">What kind of video it is of; other kinds keep all.</param>
    public static string? ReasonAgainst(VideoSegment segment, TraceSource source)
    {
        ArgumentNullException.ThrowIfNull(segment);
        string text = segment.Text ?? "";
        return source switch
        {
            TraceSource.Ego4D when text.Length == 0 => "segments_without_text",
            TraceSource.Ego4D when Mentions(text, IdleWords) => "segments_of_idle_words",
            TraceSource.Ego4D when segment.End - segment.Start < Shortest => "segments_too_short",
            TraceSource.EpicKitchens when Mentions(text, CloseUps) => "segments_of_close_ups",
            TraceSource.EpicKitchens when !text.Contains(Next, StringComparison.OrdinalIgnoreCase) => "segments_without_next_step",
            _ => null,
        };
    }

    private static bool Mentions(string text, string[] words) =>
        Array.Exists(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
