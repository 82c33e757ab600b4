using Magma.Data;

namespace Magma.Annotation.Tests;

public sealed class SegmentFilterTests
{
    [Theory]
    [InlineData(TraceSource.Ego4D, "cuts an onion", 2, true)]
    [InlineData(TraceSource.Ego4D, "cuts an onion", 0.5, false)]
    [InlineData(TraceSource.Ego4D, "", 2, false)]
    [InlineData(TraceSource.Ego4D, "Walks to the door", 2, false)]
    [InlineData(TraceSource.EpicKitchens, "What you see: a pan. What you should do next: stir", 0.5, true)]
    [InlineData(TraceSource.EpicKitchens, "What you see: a pan.", 2, false)]
    [InlineData(TraceSource.EpicKitchens, "A close-up. What you should do next: stir", 2, false)]
    [InlineData(TraceSource.SomethingSomething, "", 0.1, true)]
    public void Segments_are_kept_as_the_recipe_of_their_source_says(TraceSource source, string text, double seconds, bool kept)
    {
        var segment = new VideoSegment(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3 + seconds), text.Length == 0 ? null : text);
        Assert.Equal(kept, SegmentFilter.Keeps(segment, source));
    }
}
