using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

public sealed class LucasKanadeTrackerTests
{
    private static readonly PixelBox Square = new(120, 80, 190, 150);
    private static readonly PixelBox Inner = new(12, 12, PaintedScene.Size.Width - 12, PaintedScene.Size.Height - 12);

    [Fact]
    public void A_moving_camera_is_followed_to_a_fraction_of_a_pixel()
    {
        Image[] frames = PaintedScene.Frames(8, new PixelPoint(-1.7, 1.1), default, default);
        Tracks tracks = Track(frames);
        int seen = 0;
        for (int track = 0; track < tracks.Count; track++)
        {
            (float x0, float y0) = tracks[0, track];
            for (int step = 1; step < tracks.Steps; step++)
            {
                if (!tracks.IsVisible(step, track)) continue;
                seen++;
                (float x, float y) = tracks[step, track];
                // The last pixels before the edge have neighbours on one side only.
                if (!Inner.Contains(new PixelPoint(x, y))) continue;
                Assert.Equal(x0 - 1.7 * step, x, 0.35);
                Assert.Equal(y0 + 1.1 * step, y, 0.35);
            }
        }

        Assert.True(seen > 0.9 * tracks.Count * (tracks.Steps - 1), $"{seen} of {tracks.Count * (tracks.Steps - 1)} seen");
    }

    [Fact]
    public void A_lost_point_stays_lost_and_does_not_jump()
    {
        Image[] frames = PaintedScene.Frames(12, new PixelPoint(-6, 0), default, default);
        Tracks tracks = Track(frames);
        int lost = 0;
        for (int track = 0; track < tracks.Count; track++)
        {
            for (int step = 1; step < tracks.Steps; step++)
            {
                Assert.False(tracks.IsVisible(step, track) && !tracks.IsVisible(step - 1, track));
                lost += tracks.IsVisible(step, track) ? 0 : 1;
                (float x, float y) = tracks[step, track];
                (float x0, float y0) = tracks[step - 1, track];
                Assert.InRange(Math.Abs(x - x0), 0, 8);
                Assert.InRange(Math.Abs(y - y0), 0, 2);
            }
        }

        Assert.True(lost > 0, "points at the left edge must leave the picture");
    }

    [Fact]
    public void One_frame_gives_one_step_and_frames_of_two_sizes_are_refused()
    {
        using var frame = new Image(PaintedScene.Size);
        using var other = new Image(new PixelSize(10, 10));
        var tracker = new LucasKanadeTracker();
        Assert.Equal(1, tracker.Track([frame], PointGrid.Over(frame.Size, 3)).Steps);
        Assert.Throws<ArgumentException>(() => tracker.Track([frame, other], PointGrid.Over(frame.Size, 3)));
        Assert.Throws<ArgumentException>(() => tracker.Track([], PointGrid.Over(frame.Size, 3)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-4, 2)]
    public void A_thing_that_moves_by_itself_is_foreground_whether_the_camera_moves_or_not(double cameraX, double cameraY)
    {
        Image[] frames = PaintedScene.Frames(16, new PixelPoint(cameraX, cameraY), Square, new PixelPoint(cameraX + 3, cameraY + 2));
        Tracks tracks = Track(frames);
        TraceSelection selection = TraceSelection.Split(tracks, TraceSettings.Paper, new SeededTraceDraws(1, "a"));
        Assert.Equal(TraceOutcome.Traces, selection.Outcome);
        Assert.Equal(cameraX != 0, selection.Camera!.WasRemoved);
        int wrong = 0;
        for (int i = 0; i < selection.Seen.Count; i++)
        {
            (float x, float y) = tracks[0, selection.Seen[i]];
            wrong += Square.Contains(new PixelPoint(x, y)) == selection.Foreground![i] ? 0 : 1;
        }

        Assert.InRange(wrong, 0, selection.Seen.Count / 20);
        Assert.All(selection.Selected.Marks.Where(mark => mark.IsPositive && Square.Contains(new PixelPoint(mark.Start.X, mark.Start.Y))),
            mark =>
        {
            TracePoint end = mark.Path[^1];
            Assert.Equal(45, end.X - mark.Start.X, 3.0);
            Assert.Equal(30, end.Y - mark.Start.Y, 3.0);
        });
    }

    [Fact]
    public void A_still_picture_has_no_moving_point()
    {
        Image[] frames = PaintedScene.Frames(5, default, default, default);
        TraceSelection selection = TraceSelection.Split(Track(frames), TraceSettings.Paper, new SeededTraceDraws(1, "a"));
        Assert.Equal(TraceOutcome.TooFewMoving, selection.Outcome);
        Assert.Empty(selection.Selected.Marks);
    }

    private static Tracks Track(Image[] frames)
    {
        try
        {
            return new LucasKanadeTracker().Track(frames, PointGrid.Over(frames[0].Size, 15));
        }
        finally
        {
            foreach (Image frame in frames) frame.Dispose();
        }
    }
}
