using System.Globalization;
using Magma.Testing;

namespace Magma.Benchmarks;

/// <summary>A clip of hours, made by ffmpeg: whether the tracker's memory stays constant, and whether it is as fast as the peer.</summary>
internal static class LongClip
{
    private const int Rate = 30;
    private const int Height = 240;
    private const int Samples = 200;

    public static int Run(double hours)
    {
        int frames = (int)(hours * 3600 * Rate);
        using var folder = new TemporaryFolder();
        string video = folder["long.mp4"];
        string source = string.Create(CultureInfo.InvariantCulture, $"testsrc2=size=320x{Height}:rate={Rate}:duration={frames / (double)Rate:f3}");
        if (TrackingBenchmark.Execute("ffmpeg", ["-nostdin", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "veryfast", video]) is null)
        {
            return 1;
        }

        double least = double.PositiveInfinity, most = 0;
        int next = frames / 10, between = Math.Max(1, frames / Samples);
        TrackingBenchmark.Figures ours = TrackingBenchmark.Track(video, Height, frames, read =>
        {
            // The first tenth fills caches and the managed heap.
            if (read < next) return;
            next = read + between;
            double now = OwnProcess.Memory();
            (least, most) = (Math.Min(least, now), Math.Max(most, now));
        });
        TrackingBenchmark.Figures peer = TrackingBenchmark.Peer(video, Height, frames);
        double middle = (most + least) / 2, spread = (most - least) / 2 / middle;
        new BenchmarkReport(
            "tracking-hours",
            peer.Name,
            string.Create(CultureInfo.InvariantCulture, $"./magma bench tracking --hours {hours}"),
            string.Create(CultureInfo.InvariantCulture, $"""
                {frames} frames of ffmpeg's testsrc2, 320×{Height}, a 15×15 grid through windows of 16 frames, decoding included. Memory is the
                process's resident set, seen {Samples} times from the first tenth on.
                """),
            [
                new("frames/s with decoding", ours.FramesPerSecond, peer.FramesPerSecond, "at least 1 × the peer"),
                new("memory, least, MB", least / 1e3, null),
                new("memory, greatest, MB", most / 1e3, null),
                new("memory, spread around the middle, %", 100 * spread, null, "at most 5"),
            ]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return ours.FramesPerSecond >= peer.FramesPerSecond && spread <= 0.05 ? 0 : 1;
    }
}
