using Magma.Data;

namespace Magma.Annotation;

/// <summary>
/// Which segments of videos the reference's recipes use, by their texts and lengths: of Ego4D no empty instructions, none about talking, walking
/// or looking around, and no clips shorter than a second; of EPIC-KITCHENS no close-ups, and only texts that say what should be done next.
/// </summary>
public static class SegmentFilter
{
    private const string Next = "What you should do next";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly string[] IdleWords = ["converse", "walk", "laugh", "stand", "move around", "looks around"];
    private static readonly string[] CloseUps = ["closeup", "close-up", "close up"];

    /// <summary>Whether a segment is used.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="source">What kind of video it is of; other kinds keep all.</param>
    public static bool Keeps(VideoSegment segment, TraceSource source)
    {
        ArgumentNullException.ThrowIfNull(segment);
        string text = segment.Text ?? "";
        return source switch
        {
            TraceSource.Ego4D => text.Length > 0 && !Mentions(text, IdleWords) && !(segment.End - segment.Start < Shortest),
            TraceSource.EpicKitchens => !Mentions(text, CloseUps) && text.Contains(Next, StringComparison.OrdinalIgnoreCase),
            _ => true,
        };
    }

    private static bool Mentions(string text, string[] words) =>
        Array.Exists(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
