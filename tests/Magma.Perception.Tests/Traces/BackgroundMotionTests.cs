using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

public sealed class BackgroundMotionTests
{
    private static readonly PixelSize Size = new(320, 240);
    private static readonly TraceSettings Settings = TraceSettings.Paper with { AlwaysRemoveCamera = true, SeparatesBackground = true };

    [Fact]
    public void A_pan_is_found_although_nearly_half_of_the_points_move_together()
    {
        // Points of the middle go their own way, those around them with the camera.
        Tracks tracks = Made((step, x, y) => x is > 80 and < 240 && y is > 40 and < 200 ? (x + (6 * step), y) : (x - (3 * step), y + step));
        CameraMotion motion = CameraMotion.Remove(tracks, Settings);
        Assert.True(motion.WasRemoved);
        Assert.All(motion.Frames, (frame, i) =>
        {
            PixelPoint back = frame.Model!.Apply(new PixelPoint(100 - (3 * (i + 1)), 100 + i + 1));
            Assert.InRange(back.DistanceTo(new PixelPoint(100, 100)), 0, 0.05);
        });
        float[] lengths = motion.Tracks.MeanStepLengths();
        for (int track = 0; track < tracks.Count; track++)
        {
            (float x, float y) = tracks[0, track];
            bool moves = x is > 80 and < 240 && y is > 40 and < 200;
            Assert.Equal(moves, lengths[track] > Settings.ForegroundThreshold);
        }
    }

    [Fact]
    public void Too_few_points_are_a_returned_case()
    {
        var tracks = new Tracks(Size, 3, 3, new float[18], new bool[9]);
        CameraMotion motion = CameraMotion.Remove(tracks, Settings);
        Assert.All(motion.Frames, frame => Assert.Equal(CameraFrameStatus.TooFewPoints, frame.Status));
    }

    [Fact]
    public void Points_that_all_go_their_own_way_give_no_model_and_stay_as_they_were()
    {
        var random = new Random(3);
        Tracks tracks = Made((step, x, y) => step == 0 ? (x, y) : (random.NextDouble() * 320, random.NextDouble() * 240));
        CameraMotion motion = CameraMotion.Remove(tracks, Settings);
        Assert.False(motion.WasRemoved);
        Assert.Same(tracks, motion.Tracks);
        Assert.Contains(motion.Frames, frame => frame.Status == CameraFrameStatus.NoModel);
    }

    private static Tracks Made(Func<int, double, double, (double X, double Y)> place)
    {
        const int Steps = 8;
        PixelPoint[] grid = PointGrid.Over(Size, 12);
        var positions = new float[2 * Steps * grid.Length];
        var visible = new bool[Steps * grid.Length];
        Array.Fill(visible, true);
        for (int i = 0; i < visible.Length; i++)
        {
            PixelPoint start = grid[i % grid.Length];
            (double x, double y) = place(i / grid.Length, start.X, start.Y);
            (positions[2 * i], positions[(2 * i) + 1]) = ((float)x, (float)y);
        }

        return new Tracks(Size, Steps, grid.Length, positions, visible);
    }
}
