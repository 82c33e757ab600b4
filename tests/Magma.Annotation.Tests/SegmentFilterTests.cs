using Magma.Data;

namespace Magma.Annotation.Tests;

public sealed class SegmentFilterTests
{
    [Theory]
    [InlineData(TraceSource.Ego4D, "cuts an onion", 2, null)]
    [InlineData(TraceSource.Ego4D, "cuts an onion", 0.5, "segments_too_short")]
    [InlineData(TraceSource.Ego4D, "", 2, "segments_without_text")]
    [InlineData(TraceSource.Ego4D, "Walks to the door", 2, "segments_of_idle_words")]
    [InlineData(TraceSource.EpicKitchens, "What you see: a pan. What you should do next: stir", 0.5, null)]
    [InlineData(TraceSource.EpicKitchens, "What you see: a pan.", 2, "segments_without_next_step")]
    [InlineData(TraceSource.EpicKitchens, "A close-up. What you should do next: stir", 2, "segments_of_close_ups")]
    [InlineData(TraceSource.SomethingSomething, "", 0.1, null)]
    public void Segments_are_kept_as_the_recipe_of_their_source_says(TraceSource source, string text, double seconds, string? reason)
    {
        var segment = new VideoSegment(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3 + seconds), text.Length == 0 ? null : text);
        Assert.Equal(reason, SegmentFilter.ReasonAgainst(segment, source));
    }
}
