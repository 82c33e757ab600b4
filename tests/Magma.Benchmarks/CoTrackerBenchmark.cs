using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Magma.Perception;
using Magma.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Benchmarks;

/// <summary>
/// <c>bench cotracker</c>: CoTracker3 on the CPU in single precision, as a stream and over a clip, beside the fastest matrix product of the
/// same run; and whether a long stream's memory stays flat. Weights are random: speed and memory do not depend on them.
/// </summary>
internal static class CoTrackerBenchmark
{
    private const int Window = 16;
    private const int Step = 8;
    private const int Iterations = 6;
    private static readonly PixelSize Frame = CoTrackerPoints.Frame;

    public static Command Create()
    {
        var points = new Option<int>("--side") { Description = "Points per side of the grid.", DefaultValueFactory = _ => 15 };
        var stream = new Option<int>("--stream")
        {
            Description = "Instead, a stream of so many frames: is memory constant? One frame is encoded once and fed over and over.",
        };
        var command = new Command("cotracker", "CoTracker3 on the CPU: operations, frames a second, memory.") { points, stream };
        command.SetAction(arguments => arguments.GetValue(stream) is > 0 and var length
            ? Stream(arguments.GetValue(points), length)
            : Run(arguments.GetValue(points)));
        return command;
    }

    private static int Run(int side)
    {
        using IDisposable unrecorded = no_grad();
        Image[] frames = [.. Enumerable.Range(0, Window).Select(Picture)];
        double peak = Product();
        using var online = new CoTrackerNetwork(CoTrackerNetwork.OnlineRows);
        double encoding = Encode(online, frames[0]);
        double streaming = Stream(online, frames, side);
        using var offline = new CoTrackerNetwork(CoTrackerNetwork.OfflineRows);
        double whole = Whole(offline, frames, side);
        peak = Math.Max(peak, Product());
        double peakMemory = OwnProcess.PeakMemory();
        int count = side * side;
        double perWindow = (Step * EncoderOperations()) + (Iterations * IterationOperations(count));
        double clip = (Window * EncoderOperations()) + (Iterations * IterationOperations(count + 36));
        var rows = new List<BenchmarkRow>
        {
            new("stream, frames/s", Step / streaming, null),
            Rate("stream", perWindow / streaming, peak),
            new("clip of 16 frames, frames/s", Window / whole, null),
            Rate("clip", clip / whole, peak),
            Rate("encoder alone", EncoderOperations() / encoding, peak),
            new("operations per frame of the stream, GFLOP", perWindow / Step / 1e9, null),
            new("peak memory of the process, MB", peakMemory / 1e3, null),
        };

        foreach (Image frame in frames) frame.Dispose();
        new BenchmarkReport(
            "cotracker", "the fastest single-precision matrix product of libtorch in the same run", $"./magma bench cotracker --side {side}",
            string.Create(CultureInfo.InvariantCulture, $"""
                {count} points in frames of {Frame}, {Iterations} iterations, single precision, random weights; a stream goes on by {Step} frames per
                window of {Window}, a clip is followed with a support grid of 36 points. Operations are those of the published network (a product
                and a sum are two), without normalisation and activation.
                """),
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return 0;
    }

    private static BenchmarkRow Rate(string what, double rate, double peak) =>
        new($"{what}, GFLOP/s", rate / 1e9, peak / 1e9, $"goal 50 % of the matrix product; {rate / peak:P0}");

    private static double Product()
    {
        double best = 0;
        foreach (int size in (int[])[1024, 2048, 4096])
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor a = randn(size, size), b = randn(size, size);
            for (int round = 0; round < 4; round++)
            {
                long started = Stopwatch.GetTimestamp();
                a.mm(b).Dispose();
                best = Math.Max(best, 2.0 * size * size * size / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        return best;
    }

    private static double Encode(CoTrackerNetwork network, Image frame)
    {
        double best = double.PositiveInfinity;
        for (int round = 0; round < 4; round++)
        {
            long started = Stopwatch.GetTimestamp();
            using CoTrackerClip clip = CoTrackerClip.Of(network, [frame]);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return best;
    }

    // Seconds for the frames that one window adds.
    private static double Stream(CoTrackerNetwork network, Image[] frames, int side)
    {
        using CoTrackerOnline stream = CoTrackerOnline.OfGrid(network, Frame, side);
        foreach (Image frame in frames) stream.Add(frame);
        double best = double.PositiveInfinity;
        for (int round = 0; round < 2; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < Step; i++) stream.Add(frames[i]);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return best;
    }

    private static double Whole(CoTrackerNetwork network, Image[] frames, int side)
    {
        var tracker = new CoTrackerOffline(network);
        CoTrackerQuery[] queries = CoTrackerPoints.Grid(side, 0, Frame);
        long started = Stopwatch.GetTimestamp();
        using CoTrackerClip clip = CoTrackerClip.Of(network, frames);
        tracker.Track(clip, queries);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static int Stream(int side, int frames)
    {
        using IDisposable unrecorded = no_grad();
        using var network = new CoTrackerNetwork(CoTrackerNetwork.OnlineRows);
        using Image frame = Picture(0);
        using CoTrackerClip clip = CoTrackerClip.Of(network, [frame]);
        using CoTrackerOnline stream = CoTrackerOnline.OfGrid(network, Frame, side);
        double least = double.PositiveInfinity, most = 0;
        int watched = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < frames; i++)
        {
            if (stream.Add(clip.Features.Slice(0, 1)) is null) continue;
            double now = OwnProcess.Memory(), seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{i + 1} of {frames} frames, {(i + 1) / seconds:f2} per second, {seconds / (i + 1) * (frames - i - 1):f0} s left, {now / 1e3:f1} MB"));
            // The first tenth fills caches and the managed heap.
            if (i < frames / 10) continue;
            (least, most) = (Math.Min(least, now), Math.Max(most, now));
            watched++;
        }

        double rate = frames / Stopwatch.GetElapsedTime(start).TotalSeconds, middle = (most + least) / 2;
        new BenchmarkReport(
            "cotracker-stream", "none", $"./magma bench cotracker --side {side} --stream {frames}",
            string.Create(CultureInfo.InvariantCulture, $"""
                {side * side} points through {frames} frames of {Frame} with the online model, {Iterations} iterations, single precision, random weights.
                One frame is encoded once and fed over and over: what grows with a stream does not depend on what its frames show. Memory is the
                process's resident set, seen {watched} times, after every window from the first tenth on.
                """),
            [
                new("memory, least, MB", least / 1e3, null),
                new("memory, greatest, MB", most / 1e3, null),
                new("memory, spread around the middle, %", 100 * (most - least) / 2 / middle, null, "at most 5"),
                new("frames/s without encoding", rate, null),
            ]).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return (most - least) / 2 / middle <= 0.05 ? 0 : 1;
    }

    private static Image Picture(int seed)
    {
        var pixels = new byte[3 * Frame.Width * Frame.Height];
        new Random(seed).NextBytes(pixels);
        return Image.FromPixels(Frame, pixels);
    }

    // Kilobytes.
    private static double EncoderOperations()
    {
        double total = Convolution(2, 3, 64, 7);
        (double Shrink, double From, double To)[] stages = [(2, 64, 64), (4, 64, 96), (8, 96, 128), (16, 128, 128)];
        foreach ((double shrink, double from, double to) in stages)
        {
            total += Convolution(shrink, from, to, 3) + (3 * Convolution(shrink, to, to, 3));
            if (shrink > 2) total += Convolution(shrink, from, to, 1);
        }

        return total + Convolution(4, 416, 256, 3) + Convolution(4, 256, 128, 1);

        static double Convolution(double shrink, double from, double to, double kernel) =>
            2 * Frame.Width / shrink * (Frame.Height / shrink) * from * to * kernel * kernel;
    }

    private static double IterationOperations(double points)
    {
        const double Width = CoTrackerTransformer.Width, Others = CoTrackerTransformer.VirtualTracks;
        const double Area = CoTrackerFeatures.Side * CoTrackerFeatures.Side;
        double tokens = points * Window, virtualTokens = Others * Window;
        double likeness = CoTrackerFeatures.Levels * 2 * tokens
            * ((Area * Area * CoTrackerNetwork.Channels) + (Area * Area * 384) + (384 * 256));
        double input = 2 * tokens * CoTrackerNetwork.TokenChannels * Width;
        // A block on its own tokens has twelve matrices of width squared; ten of them work on the tokens, two on the context.
        double square = 2 * Width * Width;
        double time = ((tokens + virtualTokens) * 12 * square) + (4 * (tokens + virtualTokens) * Window * Width);
        double toVirtual = (virtualTokens * 10 * square) + (tokens * 2 * square) + (4 * virtualTokens * points * Width);
        double among = (virtualTokens * 12 * square) + (4 * virtualTokens * Others * Width);
        double toPoints = (tokens * 10 * square) + (virtualTokens * 2 * square) + (4 * tokens * Others * Width);
        return likeness + input + (CoTrackerTransformer.Layers * (time + toVirtual + among + toPoints));
    }
}
