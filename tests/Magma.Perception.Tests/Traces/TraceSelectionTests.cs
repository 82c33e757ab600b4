using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

public sealed class TraceSelectionTests
{
    private static readonly TraceSettings Video = TraceSettings.Video(TraceSource.SomethingSomething) with { SemanticsOnlyProbability = 0 };

    [Fact]
    public void One_frame_is_too_short()
    {
        TraceSelection selection = Split(Made(1, 20, (_, track) => (track, track)), Video);
        Assert.Equal(TraceOutcome.TooShort, selection.Outcome);
    }

    [Fact]
    public void A_coordinate_that_is_not_a_number_is_a_returned_case()
    {
        Tracks tracks = Made(16, 20, (step, track) => (track == 3 && step == 9 ? float.NaN : 10 * track + step, 5));
        Assert.Equal(TraceOutcome.NotFinite, Split(tracks, TraceSettings.Paper).Outcome);
    }

    [Fact]
    public void Clustering_that_does_not_come_to_rest_is_a_returned_case()
    {
        Tracks tracks = Made(16, 40, (step, track) => (10 * track + (track < 20 ? 5 * step : 0), 5));
        TraceSelection selection = Split(tracks, TraceSettings.Demo with { ClusteringRounds = 1 });
        Assert.Equal(TraceOutcome.ClusteringUnsettled, selection.Outcome);
    }

    [Fact]
    public void Everything_moving_by_itself_leaves_no_background()
    {
        Tracks tracks = Made(16, 30, (step, track) => (10 * track + 5 * step * (track % 7), 5 * (track % 11) * step));
        TraceSettings withoutCamera = TraceSettings.Demo with { CameraThreshold = 1e9, ForegroundThreshold = -1 };
        Assert.Equal(TraceOutcome.NothingStill, Split(tracks, withoutCamera).Outcome);
    }

    [Fact]
    public void The_fallback_places_marks_at_the_first_step()
    {
        Tracks tracks = Made(16, 30, (_, track) => (10 * track, 5));
        TraceSelection selection = Split(tracks, Video);
        Assert.Equal(TraceOutcome.TooFewMoving, selection.Outcome);
        Assert.Equal(0, selection.Selected.StartStep);
        Assert.InRange(selection.Selected.Marks.Count(mark => mark.IsPositive), 2, 5);
        Assert.InRange(selection.Selected.Marks.Count(mark => !mark.IsPositive), 6, 14);
        Assert.Equal(Enumerable.Range(1, selection.Selected.Marks.Count), selection.Selected.Marks.Select(mark => mark.Number).Order());
    }

    [Fact]
    public void The_same_seed_and_key_choose_the_same_marks()
    {
        Tracks tracks = Made(16, 60, (step, track) => (10 * track + (track < 20 ? 5 * step : 0), 3 * (track % 9)));
        string Marks() => string.Join(' ', Split(tracks, Video).Selected.Marks.Select(mark => $"{mark.Number}:{mark.Track}"));
        Assert.Equal(Marks(), Marks());
    }

    private static TraceSelection Split(Tracks tracks, TraceSettings settings) =>
        TraceSelection.Split(tracks, settings, new SeededTraceDraws(3, "window"));

    private static Tracks Made(int steps, int count, Func<int, int, (float X, float Y)> at)
    {
        var positions = new float[2 * steps * count];
        for (int i = 0; i < steps * count; i++) (positions[2 * i], positions[2 * i + 1]) = at(i / count, i % count);
        var visible = new bool[steps * count];
        Array.Fill(visible, true);
        return new Tracks(new PixelSize(640, 360), steps, count, positions, visible);
    }
}
