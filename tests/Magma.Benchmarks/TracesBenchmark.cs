using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Magma.Data;
using Magma.Perception;
using Magma.Perception.Scenes;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary>
/// <c>bench traces</c>: trackers, camera motion and the split into moving and still on scenes whose motion is known exactly.
/// </summary>
internal static class TracesBenchmark
{
    private const int GridSide = 15;
    private const int QueryStride = 5;
    private const int SpeedRounds = 4;
    private const string PhotoFolder = "/usr/share/forensics-samples/original-files";

    public static Command Create()
    {
        var photos = new Option<DirectoryInfo?>("--photos")
        {
            Description = $"Folder of photos to warp (default {PhotoFolder} of Debian's forensics-samples-files, where it is installed).",
        };
        var only = new Option<string?>("--only") { Description = "Only scenes whose name contains this; nothing is written." };
        var command = new Command(
            "traces", "Measure trackers, camera motion and the moving/still split on scenes with exact truth.") { photos, only };
        command.SetAction(arguments => Run(arguments.GetValue(photos)?.FullName ?? PhotoFolder, arguments.GetValue(only)));
        return command;
    }

    private static int Run(string photoFolder, string? only)
    {
        Image[] photos = LoadPhotos(photoFolder);
        using var plain = new PlainTracker();
        var ours = new LucasKanadeTracker();
        IPointTracker[] trackers = [plain, ours, new DenseInverseSearchTracker()];
        StringBuilder table = Table(), dense = Table();
        var all = new List<(Scene Scene, Row Plain, Row Ours, Row Dense)>();
        try
        {
            bool IsAsked(Scene scene) => only is null || scene.Name.Contains(only, StringComparison.Ordinal);
            foreach (Scene scene in SceneCatalog.All(photos).Where(IsAsked))
            {
                Image[] frames = [.. Enumerable.Range(0, SceneCatalog.Frames).Select(scene.Render)];
                double[] speeds = Speeds(scene, frames, plain, trackers[1..]), alone = SpeedsOnOneCore(scene, frames, plain, trackers[1..]);
                Row[] rows = [.. trackers.Select((tracker, i) => Measure(scene, frames, tracker) with { Speed = speeds[i], SpeedPerCore = alone[i] })];
                foreach (Image frame in frames) frame.Dispose();
                all.Add((scene, rows[0], rows[1], rows[2]));
                Tell(table, "lucas-kanade", scene.Name, rows[0], rows[1]);
                Tell(dense, "dis", scene.Name, rows[0], rows[2]);
            }
        }
        finally
        {
            foreach (Image photo in photos) photo.Dispose();
        }

        if (only is not null) return 0;
        Row plainMean = Mean([.. all.Select(one => one.Plain)]), oursMean = Mean([.. all.Select(one => one.Ours)]);
        Row denseMean = Mean([.. all.Select(one => one.Dense)]);
        Tell(table, "lucas-kanade", "**mean**", plainMean, oursMean);
        Tell(dense, "dis", "**mean**", plainMean, denseMean);
        double[] moving =
            [.. all.Where(one => one.Scene.Camera is not null && one.Scene.Name != "still camera").Select(one => one.Ours.F1)];
        double[] plainMoving =
            [.. all.Where(one => one.Scene.Camera is not null && one.Scene.Name != "still camera").Select(one => one.Plain.F1)];
        double[] camera = [.. all.Select(one => one.Ours.Camera).Where(double.IsFinite).Order()];
        double[] plainCamera = [.. all.Select(one => one.Plain.Camera).Where(double.IsFinite).Order()];
        new BenchmarkReport(
            "traces",
            $"plain Lucas-Kanade as in peers/tracking.py, camera from all points ({plain.Name})",
            "./magma bench traces",
            $"""
            Scenes of {SceneCatalog.Frames} frames, 512×384 pixels, whose motion is known exactly; a {GridSide}×{GridSide} grid. TAP-Vid
            measures at 256×256; F1 of moving against still by the paper's threshold, over the points seen in more than half of the frames
            (wrong: still ones that it calls moving, missed: moving ones that it calls still);
            camera: how far the found homography takes a grid over the picture from where the true one does, median, in pixels of the scene;
            trace: error after 16 frames, median. In each cell ours / the peer. "Parallax" has surfaces at three depths, which no homography
            describes. Photos, where there are some, come from {photoFolder}.

            {table}
            With dense inverse search (`--tracker dis`, for bare surfaces) in place of Lucas-Kanade:

            {dense}
            """,
            [
                new("δ first, mean", oursMean.First.PositionAccuracy, plainMean.First.PositionAccuracy, "better than the peer"),
                new("δ strided, mean", oursMean.Strided.PositionAccuracy, plainMean.Strided.PositionAccuracy, "better than the peer"),
                new("AJ first, mean", oursMean.First.AverageJaccard, plainMean.First.AverageJaccard, "better than the peer"),
                new("OA first, mean", oursMean.First.OcclusionAccuracy, plainMean.First.OcclusionAccuracy, "better than the peer"),
                new("F1 of moving, moving camera, mean", moving.Average(), plainMoving.Average(), "at least 0.95"),
                new("F1 of moving, moving camera, least", moving.Min(), plainMoving.Min()),
                new("camera model, median over scenes, px", camera[camera.Length / 2], plainCamera[plainCamera.Length / 2], "at most 0.5"),
                new("camera model, worst scene, px", camera[^1], plainCamera[^1], "at most 0.5"),
                new("trace error after 16 frames, mean, px", oursMean.End, plainMean.End),
                new("frames/s without decoding", oursMean.Speed, plainMean.Speed, "not slower"),
                new("frames/s without decoding, one core", oursMean.SpeedPerCore, plainMean.SpeedPerCore, "not slower"),
                new("dense inverse search: δ first, mean", denseMean.First.PositionAccuracy, plainMean.First.PositionAccuracy),
                new("dense inverse search: frames/s without decoding", denseMean.Speed, plainMean.Speed),
            ]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return moving.Average() >= 0.95 && camera[camera.Length / 2] <= 0.5 ? 0 : 1;
    }

    private static Row Measure(Scene scene, Image[] frames, IPointTracker tracker)
    {
        PixelPoint[] grid = PointGrid.Over(scene.Size, GridSide);
        Tracks found = tracker.Track(frames, grid);
        Tracks truth = scene.Follow(frames.Length, grid);
        TapVid first = TapVid.Measure(found, truth, new int[grid.Length], strided: false);
        (Tracks stridedFound, Tracks stridedTruth, int[] queries) = Strided(scene, frames, tracker);
        TapVid strided = TapVid.Measure(stridedFound, stridedTruth, queries, strided: true);

        int[] seen = found.SeenInMoreThanHalf();
        CameraMotion motion = CameraMotion.Remove(found.Select(seen),
            TraceSettings.Paper with { AlwaysRemoveCamera = true, SeparatesBackground = tracker is not PlainTracker });
        var split = MovingSplit.Measure(scene, seen.Select(track => grid[track]), TraceSettings.Paper, motion.Tracks.MeanStepLengths());

        return new Row(
            first, strided, split.F1, split.Wrong, split.Missed, CameraError(scene, motion, frames.Length),
            EndError(found, truth), Speed: 0, SpeedPerCore: 0);
    }

    // Frames a second, the best of some rounds in turn: the peer's, then ours.
    private static double[] Speeds(Scene scene, Image[] frames, PlainTracker plain, IPointTracker[] ours)
    {
        PixelPoint[] grid = PointGrid.Over(scene.Size, GridSide);
        double[] best = [.. Enumerable.Repeat(double.PositiveInfinity, ours.Length + 1)];
        for (int round = 0; round < SpeedRounds; round++)
        {
            plain.Track(frames, grid);
            best[0] = Math.Min(best[0], plain.Seconds);
            for (int i = 0; i < ours.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                ours[i].Track(frames, grid);
                best[i + 1] = Math.Min(best[i + 1], Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return [.. best.Select(seconds => frames.Length / seconds)];
    }

    private static double[] SpeedsOnOneCore(Scene scene, Image[] frames, PlainTracker plain, IPointTracker[] ours)
    {
        int threads = VisionLibrary.Threads;
        VisionLibrary.Threads = 1;
        try
        {
            return Speeds(scene, frames, plain, ours);
        }
        finally
        {
            VisionLibrary.Threads = threads;
        }
    }

    private static StringBuilder Table() => new StringBuilder()
        .AppendLine(
            "| scene | δ first | δ strided | AJ first | AJ strided | OA first | F1 moving | wrong, missed | camera px | trace px "
            + "| frames/s | frames/s, one core |")
        .AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|");

    private static void Tell(StringBuilder table, string tracker, string scene, Row plain, Row ours)
    {
        string line = Line(scene, plain, ours);
        table.AppendLine(line);
        Console.WriteLine($"{tracker}: {line}");
    }

    /// <summary>
    /// Points are given at every fifth frame and followed both ways, which the interface allows by turning the frames round.
    /// </summary>
    private static (Tracks Found, Tracks Truth, int[] Queries) Strided(Scene scene, Image[] frames, IPointTracker tracker)
    {
        var found = new List<Tracks>();
        var truth = new List<Tracks>();
        var queries = new List<int>();
        PixelPoint[] grid = PointGrid.Over(scene.Size, GridSide);
        for (int query = 0; query < frames.Length; query += QueryStride)
        {
            Tracks forward = tracker.Track(frames[query..], grid);
            Tracks backward = tracker.Track([.. frames[..(query + 1)].Reverse()], grid);
            found.Add(Join(backward, forward));
            truth.Add(scene.Follow(frames.Length, grid, query));
            queries.AddRange(Enumerable.Repeat(query, grid.Length));
        }

        return (Beside(found), Beside(truth), [.. queries]);
    }

    private static Tracks Join(Tracks backward, Tracks forward)
    {
        var positions = new List<float>();
        var visible = new List<bool>();
        for (int step = backward.Steps - 1; step > 0; step--)
        {
            positions.AddRange(backward.At(step));
            visible.AddRange(backward.Visible.Slice(step * backward.Count, backward.Count));
        }

        positions.AddRange(forward.Positions);
        visible.AddRange(forward.Visible);
        return new Tracks(forward.Size, visible.Count / forward.Count, forward.Count, [.. positions], [.. visible]);
    }

    private static Tracks Beside(List<Tracks> parts)
    {
        var positions = new List<float>();
        var visible = new List<bool>();
        for (int step = 0; step < parts[0].Steps; step++)
        {
            foreach (Tracks part in parts)
            {
                positions.AddRange(part.At(step));
                visible.AddRange(part.Visible.Slice(step * part.Count, part.Count));
            }
        }

        return new Tracks(parts[0].Size, parts[0].Steps, parts.Sum(part => part.Count), [.. positions], [.. visible]);
    }

    /// <summary>
    /// How far the found camera takes a grid over the picture from where the true one does, median over points and frames, in pixels.
    /// </summary>
    private static double CameraError(Scene scene, CameraMotion motion, int steps)
    {
        if (scene.Camera is null || !motion.WasRemoved || motion.Frames.Count != steps - 1) return double.NaN;
        var errors = new List<double>();
        for (int step = 1; step < steps; step++)
        {
            foreach (PixelPoint point in PointGrid.Over(scene.Size, GridSide))
            {
                PixelPoint now = scene.Camera(step).Apply(scene.Camera(0).Inverse().Apply(point));
                if (!scene.Size.ToBox().Contains(now)) continue;
                errors.Add(motion.Frames[step - 1].Model!.Apply(now).DistanceTo(point));
            }
        }

        errors.Sort();
        return errors[errors.Count / 2];
    }

    private static double EndError(Tracks found, Tracks truth)
    {
        int last = truth.Steps - 1;
        double[] errors = [.. Enumerable.Range(0, truth.Count).Where(track => truth.IsVisible(last, track) && found.IsVisible(last, track))
            .Select(track => Math.Sqrt(
                Math.Pow(found[last, track].X - truth[last, track].X, 2) + Math.Pow(found[last, track].Y - truth[last, track].Y, 2)))
            .Order()];
        return errors.Length == 0 ? double.NaN : errors[errors.Length / 2];
    }

    private static Image[] LoadPhotos(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        string[] paths = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path).StartsWith("IMG", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(4)];
        var photos = new List<Image>();
        foreach (string path in paths)
        {
            using Image photo = Image.Load(path);
            photos.Add(photo.Resize(new PixelSize(1024, (int)(1024L * photo.Height / photo.Width))));
        }

        return [.. photos];
    }

    private static Row Mean(Row[] rows)
    {
        double Of(Func<Row, double> value) => rows.Select(value).Where(double.IsFinite).Average();
        TapVid Tap(Func<Row, TapVid> value) => new(
            Of(row => value(row).AverageJaccard), Of(row => value(row).PositionAccuracy), Of(row => value(row).OcclusionAccuracy));
        return new Row(
            Tap(row => row.First), Tap(row => row.Strided), Of(row => row.F1), Of(row => row.Wrong), Of(row => row.Missed),
            Of(row => row.Camera), Of(row => row.End), Of(row => row.Speed), Of(row => row.SpeedPerCore));
    }

    private static string Line(string name, Row plain, Row ours)
    {
        string Both(Func<Row, double> value, string format) =>
            value(ours).ToString(format, CultureInfo.InvariantCulture) + " / " + value(plain).ToString(format, CultureInfo.InvariantCulture);
        return $"| {name} | {Both(row => row.First.PositionAccuracy, "f3")} | {Both(row => row.Strided.PositionAccuracy, "f3")} | "
            + $"{Both(row => row.First.AverageJaccard, "f3")} | {Both(row => row.Strided.AverageJaccard, "f3")} | "
            + $"{Both(row => row.First.OcclusionAccuracy, "f3")} | {Both(row => row.F1, "f3")} | "
            + $"{Both(row => row.Wrong, "0.#")}, {Both(row => row.Missed, "0.#")} | {Both(row => row.Camera, "f3")} | "
            + $"{Both(row => row.End, "f2")} | {Both(row => row.Speed, "f0")} | {Both(row => row.SpeedPerCore, "f0")} |";
    }

    private sealed record Row(
        TapVid First, TapVid Strided, double F1, double Wrong, double Missed, double Camera, double End, double Speed, double SpeedPerCore);
}
