namespace Magma.Perception.Tests.Traces;

public sealed class SceneCutsTests
{
    // Worked out by hand from the documented behaviour: changes in frames, the video's length, the scenes that begin.
    [Theory]
    [InlineData(new long[] { }, 100, new long[] { })]
    [InlineData(new long[] { 0, 15, 40 }, 100, new long[] { 15, 40 })]
    [InlineData(new long[] { 14, 28 }, 100, new long[] { })]
    [InlineData(new long[] { 14, 29 }, 100, new long[] { 29 })]
    // A flash: what comes back at once begins nothing, and the next change waits for fifteen quiet frames.
    [InlineData(new long[] { 40, 41 }, 100, new long[] { 40 })]
    [InlineData(new long[] { 40, 41, 80 }, 96, new long[] { 40, 80 })]
    [InlineData(new long[] { 40, 41, 80 }, 95, new long[] { 40 })]
    // The later of two changes is taken where they are nearer than that.
    [InlineData(new long[] { 100, 110, 400, 415 }, 431, new long[] { 100, 415 })]
    [InlineData(new long[] { 100, 400, 415 }, 431, new long[] { 100, 400, 415 })]
    // Flicker: one scene from its first change on, one from its last, where it lasts long enough.
    [InlineData(new long[] { 30, 35, 40, 45, 50 }, 100, new long[] { 30, 50 })]
    [InlineData(new long[] { 30, 35, 40, 45, 49 }, 100, new long[] { 30 })]
    [InlineData(new long[] { 30, 35, 40, 45, 50, 70 }, 100, new long[] { 30, 50, 70 })]
    public void A_scene_begins_with_a_change_that_is_far_enough_from_the_others(long[] changes, int frames, long[] begun)
    {
        var cuts = new SceneCuts();
        var found = new List<long>();
        for (int frame = 0; frame < frames; frame++)
        {
            if (cuts.Take(changes.Contains(frame)) is { } cut) found.Add(cut);
        }

        Assert.Equal(begun, found);
    }

    [Fact]
    public void What_is_known_of_a_frame_is_known_after_fifteen_more_and_never_taken_back()
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            var cuts = new SceneCuts();
            double share = random.NextDouble() * 0.2;
            long open = 0, last = 0;
            for (int frame = 0; frame < 500; frame++)
            {
                if (cuts.Take(random.NextDouble() < share) is { } cut)
                {
                    Assert.True(cut >= open && cut - last >= SceneCuts.ShortestScene);
                    last = cut;
                }

                Assert.InRange(cuts.FirstOpen, Math.Max(open, frame + 1 - SceneCuts.ShortestScene), frame + 1);
                open = cuts.FirstOpen;
            }
        }
    }
}
