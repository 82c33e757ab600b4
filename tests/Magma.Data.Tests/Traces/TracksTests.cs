using Magma.Vision;

namespace Magma.Data.Tests.Traces;

public sealed class TracksTests
{
    private static readonly PixelSize Size = new(100, 50);

    [Fact]
    public void Arrays_that_do_not_fit_are_refused_with_their_lengths()
    {
        ArgumentException problem = Assert.Throws<ArgumentException>(() => new Tracks(Size, 2, 3, new float[11], new bool[6]));
        Assert.Contains("12 coordinates and 6 flags, but 11 and 6", problem.Message);
    }

    [Fact]
    public void From_a_later_step_on_and_a_choice_of_points_keep_positions_and_visibility()
    {
        Tracks tracks = Made(4, 3, (step, track) => (10 * track + step, step), (step, track) => step != track);
        Tracks part = tracks.From(1).Select([2, 0]);
        Assert.Equal((3, 2), (part.Steps, part.Count));
        Assert.Equal((22f, 2f), part[1, 0]);
        Assert.Equal((1f, 1f), part[0, 1]);
        Assert.False(part.IsVisible(1, 0));
        Assert.True(part.IsVisible(0, 1));
    }

    [Fact]
    public void Half_of_the_steps_is_not_more_than_half()
    {
        Tracks tracks = Made(4, 2, (_, _) => (0, 0), (step, track) => step < 2 + track);
        Assert.Equal([1], tracks.SeenInMoreThanHalf());
    }

    [Fact]
    public void One_step_has_no_length()
    {
        Assert.All(Made(1, 2, (_, _) => (0, 0), (_, _) => true).MeanStepLengths(), length => Assert.True(float.IsNaN(length)));
    }

    [Fact]
    public void The_motion_ratio_rises_to_almost_one()
    {
        float[] ratio = Made(5, 3, (step, _) => (step * step, 0), (_, _) => true).MotionRatio();
        Assert.Equal(4, ratio.Length);
        Assert.Equal([.. ratio.Order()], ratio);
        Assert.Equal(1, ratio[^1], 4);
    }

    [Fact]
    public void Scaling_to_whole_pixels_rounds_down_also_below_zero()
    {
        var tracks = new Tracks(new PixelSize(256, 256), 1, 1, [-0.25f, 10.75f], [true]);
        Assert.Equal((-1f, 21f), tracks.ScaleToWholePixels(new PixelSize(512, 512))[0, 0]);
        Assert.Same(tracks, tracks.ScaleToWholePixels(tracks.Size));
    }

    private static Tracks Made(int steps, int count, Func<int, int, (float X, float Y)> at, Func<int, int, bool> visible)
    {
        var positions = new float[2 * steps * count];
        var seen = new bool[steps * count];
        for (int i = 0; i < seen.Length; i++)
        {
            (positions[2 * i], positions[2 * i + 1]) = at(i / count, i % count);
            seen[i] = visible(i / count, i % count);
        }

        return new Tracks(Size, steps, count, positions, seen);
    }
}
