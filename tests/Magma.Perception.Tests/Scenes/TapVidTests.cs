using Magma.Data;
using Magma.Perception.Scenes;
using Magma.Vision;

namespace Magma.Perception.Tests.Scenes;

public sealed class TapVidTests
{
    private static readonly PixelSize Size = new(512, 256);

    [Fact]
    public void The_truth_is_perfect()
    {
        Tracks truth = Made((step, track) => (10 * track + step, 5), (step, track) => (step + track) % 3 != 0);
        Assert.Equal(new TapVid(1, 1, 1), TapVid.Measure(truth, truth, new int[4], strided: false));
    }

    [Fact]
    public void Distances_are_measured_at_256_pixels_a_side()
    {
        Tracks truth = Made((_, track) => (10 * track, 5), (_, _) => true);
        // 6 pixels of 512 are 3 of 256: within 4, 8 and 16, not within 1 and 2.
        Tracks across = Made((_, track) => (10 * track + 6, 5), (_, _) => true);
        Assert.Equal(0.6, TapVid.Measure(across, truth, new int[4], strided: false).PositionAccuracy, 9);
        // Downwards a pixel is a pixel: 6 are within 8 and 16.
        Tracks down = Made((_, track) => (10 * track, 11), (_, _) => true);
        Assert.Equal(0.4, TapVid.Measure(down, truth, new int[4], strided: false).PositionAccuracy, 9);
    }

    [Fact]
    public void A_hidden_point_that_is_said_to_be_seen_counts_against_both_but_not_against_places()
    {
        Tracks truth = Made((_, track) => (10 * track, 5), (_, track) => track != 0);
        Tracks found = Made((_, track) => (10 * track, 5), (_, _) => true);
        TapVid measured = TapVid.Measure(found, truth, new int[4], strided: false);
        Assert.Equal(1, measured.PositionAccuracy, 9);
        Assert.Equal(0.75, measured.OcclusionAccuracy, 9);
        // 9 right ones, 3 false: 9 of 12.
        Assert.Equal(0.75, measured.AverageJaccard, 9);
    }

    [Fact]
    public void First_leaves_out_everything_up_to_the_query_and_strided_only_the_query()
    {
        Tracks truth = Made((_, track) => (10 * track, 5), (_, _) => true);
        Tracks found = Made((step, track) => (10 * track + (step == 0 ? 100 : 0), 5), (_, _) => true);
        int[] queries = [2, 2, 2, 2];
        Assert.Equal(1, TapVid.Measure(found, truth, queries, strided: false).PositionAccuracy, 9);
        Assert.Equal(2 / 3.0, TapVid.Measure(found, truth, queries, strided: true).PositionAccuracy, 9);
        Assert.Throws<ArgumentException>(() => TapVid.Measure(found, truth, [0], strided: false));
    }

    private static Tracks Made(Func<int, int, (double X, double Y)> place, Func<int, int, bool> seen)
    {
        const int Steps = 4, Count = 4;
        var positions = new float[2 * Steps * Count];
        var visible = new bool[Steps * Count];
        for (int i = 0; i < visible.Length; i++)
        {
            (double x, double y) = place(i / Count, i % Count);
            (positions[2 * i], positions[(2 * i) + 1], visible[i]) = ((float)x, (float)y, seen(i / Count, i % Count));
        }

        return new Tracks(Size, Steps, Count, positions, visible);
    }
}
