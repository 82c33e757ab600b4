using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Magma.Data;
using Magma.Perception;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary><c>magma bench tracking</c>: following a grid of points through a video, beside OpenCV from Python.</summary>
internal static class TrackingBenchmark
{
    public const string PhoneVideo = "/usr/share/forensics-samples/original-files/movie1/VID_20191220_170832.mp4";
    private const string Python = "/usr/bin/python3";
    private const int Grid = 15;
    private const int Window = 16;

    internal sealed record Figures(double FramesPerSecond, double LostShare, string Name);

    public static Command Create()
    {
        var video = new Option<string>("--video") { Description = "The video.", DefaultValueFactory = _ => PhoneVideo };
        var height = new Option<int>("--height") { Description = "Height of the frames, in pixels.", DefaultValueFactory = _ => 512 };
        var frames = new Option<int>("--frames") { Description = "Frames; the video is repeated.", DefaultValueFactory = _ => 600 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, ours and the peer in turn.", DefaultValueFactory = _ => 3 };
        var hours = new Option<double>("--hours") { Description = "Instead, a made clip of so many hours: is memory constant, and the speed that of the peer?" };
        var command = new Command("tracking", "Frames a second of point tracking, decoding included.") { video, height, frames, rounds, hours };
        command.SetAction(parsed => parsed.GetValue(hours) is > 0 and var length ? LongClip.Run(length) : Run(
            parsed.GetRequiredValue(video),
            parsed.GetRequiredValue(height),
            parsed.GetRequiredValue(frames),
            parsed.GetRequiredValue(rounds)));
        return command;
    }

    private static int Run(string video, int height, int frames, int rounds)
    {
        if (!File.Exists(video))
        {
            Console.Error.WriteLine($"{video} is missing; an administrator installs it with: apt-get install forensics-samples-files");
            return 1;
        }
        if (Execute(Python, ["-c", "import cv2"]) is null)
        {
            Console.Error.WriteLine("The peer is missing; an administrator installs it with: apt-get install python3-opencv");
            return 1;
        }
        using var folder = new TemporaryFolder();
        string looped = folder["looped.mp4"];
        if (Execute("ffmpeg", ["-nostdin", "-v", "error", "-stream_loop", "-1", "-i", video, "-map", "0:v:0", "-c", "copy",
            "-frames:v", $"{frames}", looped]) is null)
        {
            return 1;
        }
        List<Figures> same = [], ours = [], peer = [];
        for (int round = 0; round < rounds; round++)
        {
            same.Add(FollowAll(looped, height, frames));
            ours.Add(Track(looped, height, frames));
            peer.Add(Peer(looped, height, frames));
        }
        new BenchmarkReport(
            "tracking",
            peer[0].Name,
            $"./magma bench tracking --height {height} --frames {frames} --rounds {rounds}",
            string.Create(CultureInfo.InvariantCulture, $"""
                `{Path.GetFileName(video)}`, repeated to {frames} frames; a {Grid}×{Grid} grid followed forwards and backwards through windows of
                {Window} frames {height} pixels high. "Same work" follows every point both ways to the end of the window, as the peer does;
                "the tracker" is what annotation runs use, `LucasKanadeTracker`, which leaves a point that failed the check. Medians of {rounds}
                rounds, ours and the peer in turn.
                """),
            [
                new("same work, frames/s with decoding", Median(same), Median(peer), "at least 1 × the peer"),
                new("the tracker, frames/s with decoding", Median(ours), Median(peer), "at least 1 × the peer"),
                new("same work, slowest round", same.Min(f => f.FramesPerSecond), peer.Min(f => f.FramesPerSecond)),
                new("same work, share of checks failed", same[0].LostShare, peer[0].LostShare, "the peer's"),
                new("the tracker, share of points lost", ours[0].LostShare, null),
            ]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return Math.Min(Median(same), Median(ours)) >= Median(peer) ? 0 : 1;
    }

    internal static Figures Peer(string video, int height, int frames)
    {
        string script = Path.Combine(Repository.Root, "tests", "Magma.Benchmarks", "peers", "tracking.py");
        using JsonDocument answer = JsonDocument.Parse(
            Execute(Python, [script, video, "--height", $"{height}", "--frames", $"{frames}", "--grid", $"{Grid}", "--window", $"{Window}"])
            ?? throw new InvalidOperationException("the peer failed"));
        JsonElement root = answer.RootElement;
        return new(
            root.GetProperty("frames_per_s").GetDouble(), root.GetProperty("lost_share").GetDouble(), root.GetProperty("peer").GetString()!);
    }

    // The peer's loop on this library: gray frames, one pyramid a frame for both directions.
    private static Figures FollowAll(string video, int height, int frames)
    {
        var clock = Stopwatch.StartNew();
        VideoInfo info = VideoProbe.Read(video);
        using VideoReader reader = VideoReader.Open(info, new() { Size = Scaled(info, height), Pixels = FramePixels.Gray });
        var frame = new byte[reader.FrameBytes];
        PixelPoint[] points = [];
        ImagePyramid? previous = null;
        int read = 0;
        long lost = 0;
        for (; read < frames && reader.Read(frame, out _); read++)
        {
            ImagePyramid next = ImagePyramid.FromGray(reader.FrameSize, frame);
            if (read % Window == 0)
            {
                points = PointGrid.Over(reader.FrameSize, Grid);
            }
            else
            {
                FlowResult there = OpticalFlow.Track(previous!, next, points), back = OpticalFlow.Track(next, previous!, there.Points);
                for (int i = 0; i < points.Length; i++)
                    lost += there.Found[i] && back.Found[i] && back.Points[i].DistanceTo(points[i]) < 1 ? 0 : 1;
                points = there.Points;
            }
            previous?.Dispose();
            previous = next;
        }
        previous?.Dispose();
        return new(read / clock.Elapsed.TotalSeconds, lost / (double)(read * Grid * Grid), "same work");
    }

    private static PixelSize Scaled(VideoInfo info, int height) =>
        new((int)Math.Round(info.Size.Width * height / (double)info.Size.Height), height);

    internal static Figures Track(string video, int height, int frames, Action<int>? watch = null)
    {
        var clock = Stopwatch.StartNew();
        VideoInfo info = VideoProbe.Read(video);
        PixelSize size = Scaled(info, height);
        using VideoReader reader = VideoReader.Open(info, new() { Size = size });
        var tracker = new LucasKanadeTracker();
        PixelPoint[] grid = PointGrid.Over(size, Grid);
        Image[] window = [.. Enumerable.Range(0, Window).Select(_ => new Image(size))];
        int read = 0;
        long lost = 0;
        try
        {
            while (read < frames)
            {
                int filled = 0;
                while (filled < Window && read < frames && reader.Read(window[filled], out _))
                {
                    filled++;
                    read++;
                }
                if (filled == 0)
                    break;
                Tracks tracks = tracker.Track(window[..filled], grid);
                for (int i = grid.Length; i < tracks.Visible.Length; i++)
                    lost += tracks.Visible[i] ? 0 : 1;
                watch?.Invoke(read);
            }
        }
        finally
        {
            foreach (Image image in window)
                image.Dispose();
        }
        return new(read / clock.Elapsed.TotalSeconds, lost / (double)(read * grid.Length), "ours");
    }

    private static double Median(List<Figures> figures) => figures.Select(f => f.FramesPerSecond).Order().ElementAt(figures.Count / 2);

    internal static string? Execute(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : null;
    }
}
