using Magma.Data;
using Magma.Perception.Scenes;
using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

public sealed class DenseInverseSearchTrackerTests
{
    private const int Frames = 8;
    private static readonly PixelSize Size = new(256, 192);

    [Fact]
    public void On_a_bare_wall_it_keeps_points_that_move_with_what_is_around_them()
    {
        (Tracks found, Tracks truth) = Follow(BareWall(), Size);
        int close = 0, seen = 0;
        for (int track = 0; track < truth.Count; track++)
        {
            if (!truth.IsVisible(Frames - 1, track)) continue;
            seen++;
            (float x, float y) = found[Frames - 1, track];
            (float trueX, float trueY) = truth[Frames - 1, track];
            close += found.IsVisible(Frames - 1, track) && Math.Abs(x - trueX) < 2 && Math.Abs(y - trueY) < 2 ? 1 : 0;
        }

        Assert.True(close >= 0.9 * seen, $"{close} of {seen} points are within two pixels of where they are");
    }

    [Fact]
    public void A_track_that_ended_is_never_seen_again()
    {
        (Tracks found, _) = Follow(BareWall(), Size);
        for (int track = 0; track < found.Count; track++)
        {
            for (int step = 1; step < found.Steps; step++)
                Assert.False(found.IsVisible(step, track) && !found.IsVisible(step - 1, track), $"point {track} came back at {step}");
        }
    }

    [Fact]
    public void Two_runs_on_one_thread_find_the_same()
    {
        int threads = VisionLibrary.Threads;
        VisionLibrary.Threads = 1;
        try
        {
            (Tracks first, _) = Follow(BareWall(), Size);
            (Tracks second, _) = Follow(BareWall(), Size);
            Assert.Equal(first.Positions.ToArray(), second.Positions.ToArray());
            Assert.Equal(first.Visible.ToArray(), second.Visible.ToArray());
        }
        finally
        {
            VisionLibrary.Threads = threads;
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 40)]
    public void Very_small_pictures_are_followed_too(int width, int height)
    {
        var size = new PixelSize(width, height);
        Image[] frames = [new(size), new(size)];
        Tracks found = new DenseInverseSearchTracker().Track(frames, PointGrid.Over(size, 2));
        foreach (Image frame in frames) frame.Dispose();
        Assert.Equal(4, found.Count);
    }

    // A wall with almost nothing on it, seen by a camera that pans.
    private static Scene BareWall() => new(
        "bare wall", Size,
        [new SceneLayer(SceneTexture.Noise(401, 3), t => Projective.Shift((2.5 * t) - 80, (-1.5 * t) - 60), null, Moves: false)],
        t => Projective.Shift(2.5 * t, -1.5 * t));

    private static (Tracks Found, Tracks Truth) Follow(Scene scene, PixelSize size)
    {
        Image[] frames = [.. Enumerable.Range(0, Frames).Select(scene.Render)];
        PixelPoint[] grid = PointGrid.Over(size, 15);
        Tracks found = new DenseInverseSearchTracker().Track(frames, grid);
        foreach (Image frame in frames) frame.Dispose();
        return (found, scene.Follow(Frames, grid));
    }
}
