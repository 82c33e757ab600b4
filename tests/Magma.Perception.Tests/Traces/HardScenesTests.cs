using Magma.Data;
using Magma.Perception.Scenes;
using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

public sealed class HardScenesTests
{
    private const int Frames = 12;
    private static readonly PixelSize Size = new(256, 192);

    [Theory]
    [InlineData(301, 6)]
    [InlineData(302, 9)]
    [InlineData(303, 12)]
    public void A_thing_that_passes_a_wall_with_little_on_it_does_not_take_the_wall_along(int seed, double contrast)
    {
        Scene scene = Passing(seed, contrast);
        (Tracks found, Tracks _) = Follow(scene);
        int[] seen = found.SeenInMoreThanHalf();
        CameraMotion motion = CameraMotion.Remove(
            found.Select(seen), TraceSettings.Paper with { AlwaysRemoveCamera = true, SeparatesBackground = true });
        PixelPoint[] starts = [.. seen.Select(track => new PixelPoint(found[0, track].X, found[0, track].Y))];
        var split = MovingSplit.Measure(scene, starts, TraceSettings.Paper, motion.Tracks.MeanStepLengths());

        Assert.True(split.F1 >= 0.9, $"{split}");
    }

    [Theory]
    [InlineData(311)]
    [InlineData(312)]
    public void A_point_that_a_thing_covers_ends_there_and_is_never_seen_again(int seed)
    {
        (Tracks found, Tracks truth) = Follow(Passing(seed, contrast: 40));
        int covered = 0, ended = 0;
        for (int track = 0; track < found.Count; track++)
        {
            AssertEndsOnce(found, track);
            // Hidden for some frames up to the last one, and not because it left the picture.
            bool isCovered = Enumerable.Range(Frames - 3, 3).All(
                step => !truth.IsVisible(step, track) && Size.ToBox().Contains(new PixelPoint(truth[step, track].X, truth[step, track].Y)));
            if (!isCovered) continue;
            covered++;
            ended += found.IsVisible(Frames - 1, track) ? 0 : 1;
        }

        Assert.True(covered > 3, $"only {covered} points are covered");
        Assert.True(ended >= 0.75 * covered, $"{ended} of {covered} ended");
    }

    [Fact]
    public void At_a_cut_all_tracks_end()
    {
        Scene before = Passing(321, contrast: 40), after = Passing(322, contrast: 40);
        Image[] frames = [.. Enumerable.Range(0, Frames).Select(i => (i < Frames / 2 ? before : after).Render(i))];
        Tracks found = Track(frames);
        int survived = 0;
        for (int track = 0; track < found.Count; track++)
        {
            AssertEndsOnce(found, track);
            survived += found.IsVisible(Frames / 2, track) ? 1 : 0;
        }

        Assert.InRange(survived, 0, found.Count / 50);
    }

    private static void AssertEndsOnce(Tracks found, int track)
    {
        for (int step = 1; step < found.Steps; step++)
            Assert.False(found.IsVisible(step, track) && !found.IsVisible(step - 1, track), $"point {track} came back at {step}");
    }

    // A camera that drifts, a wall, and a thing with much on it that crosses it.
    private static Scene Passing(int seed, double contrast)
    {
        static Projective Camera(double t) => Projective.Shift((-1.8 * t) + Math.Sin(t), 0.7 * t);
        return new Scene(
            "passing", Size,
            [
                new SceneLayer(SceneTexture.Noise(seed, contrast), t => Camera(t) * Projective.Shift(-80, -60), null, Moves: false),
                new SceneLayer(
                    SceneTexture.Noise(seed + 1000), t => Camera(t) * Projective.Shift(6 * t, 1.5 * t),
                    new SceneShape(new PixelBox(40, 50, 120, 130), IsRound: false), Moves: true),
            ],
            Camera);
    }

    private static (Tracks Found, Tracks Truth) Follow(Scene scene)
    {
        Image[] frames = [.. Enumerable.Range(0, Frames).Select(scene.Render)];
        return (Track(frames), scene.Follow(Frames, PointGrid.Over(Size, 15)));
    }

    private static Tracks Track(Image[] frames)
    {
        Tracks found = new LucasKanadeTracker().Track(frames, PointGrid.Over(Size, 15));
        foreach (Image frame in frames) frame.Dispose();
        return found;
    }
}
