using Magma.Testing;

namespace Magma.Vision.Tests;

/// <summary>One folder for the videos that several tests read.</summary>
public sealed class VideoFolder : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();
}

public class VideoReaderTests(VideoFolder videos) : IClassFixture<VideoFolder>
{
    private readonly TemporaryFolder _folder = videos.Folder;

    [Fact]
    public void Every_frame_comes_once_in_order_with_its_exact_time()
    {
        string video = Ramp(frames: 50, rate: "30000/1001");

        var (levels, times) = ReadAll(video);

        Assert.Equal(Enumerable.Range(0, 50), levels);
        for (int i = 0; i < 50; i++)
            Assert.InRange((times[i] - new FrameRate(30000, 1001).TimeOf(i)).Duration(), TimeSpan.Zero, TimeSpan.FromMicroseconds(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(49)]
    public void Seeking_to_the_time_of_a_frame_begins_with_that_frame(int frame)
    {
        string video = Ramp(frames: 50, rate: "30000/1001");
        TimeSpan start = new FrameRate(30000, 1001).TimeOf(frame);

        var (levels, times) = ReadAll(video, new() { Start = start });

        Assert.Equal(Enumerable.Range(frame, 50 - frame), levels);
        Assert.InRange((times[0] - start).Duration(), TimeSpan.Zero, TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void Seeking_between_two_frames_begins_with_the_later_one()
    {
        string video = Ramp(frames: 50, rate: "10");

        Assert.Equal([13, 14, 15], ReadAll(video, new() { Start = TimeSpan.FromSeconds(1.21), Length = TimeSpan.FromSeconds(0.3) }).Levels);
        Assert.Empty(ReadAll(video, new() { Start = TimeSpan.FromMinutes(5) }).Levels);
    }

    [Fact]
    public void Steps_leave_frames_out_and_keep_their_times()
    {
        string video = Ramp(frames: 50, rate: "10");

        var (levels, times) = ReadAll(video, new() { Step = 7, Start = TimeSpan.FromSeconds(0.2) });

        Assert.Equal([2, 9, 16, 23, 30, 37, 44], levels);
        Assert.Equal(TimeSpan.FromSeconds(0.9), times[1]);
    }

    [Fact]
    public void Another_rate_repeats_and_leaves_out_frames()
    {
        string video = Ramp(frames: 20, rate: "10");

        Assert.Equal([0, 2, 4, 6, 8, 10, 12, 14, 16, 18], ReadAll(video, new() { Rate = new(5) }).Levels);
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], ReadAll(video, new() { Rate = new(20), Length = TimeSpan.FromSeconds(0.4) }).Levels);
    }

    [Fact]
    public void Uneven_times_of_frames_are_told_as_they_are()
    {
        // Frames at 0, 0.1, 0.2, then every 0.5 seconds.
        string video = _folder["uneven.mp4"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", RampSource(10, "10"), "-vf", "setpts='if(lt(N,3),N*0.1,0.2+(N-2)*0.5)/TB+0.001'",
            "-fps_mode", "vfr", "-c:v", "libx264", video);

        var (levels, times) = ReadAll(video);

        Assert.Equal(Enumerable.Range(0, 10), levels);
        Assert.Equal([0, 0.1, 0.2, 0.7, 1.2, 1.7, 2.2, 2.7, 3.2, 3.7], times.Select(time => Math.Round(time.TotalSeconds, 4)));
    }

    [Fact]
    public void Frames_closer_together_than_the_mean_rate_are_all_read()
    {
        // As phones write them: pairs of frames 5 ms apart, every 100 ms.
        string video = _folder["pairs.mp4"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", RampSource(40, "10"),
            "-vf", "settb=1/90000,setpts='(floor(N/2)*0.1+mod(N,2)*0.005)/TB+0.001'", "-fps_mode", "passthrough",
            "-enc_time_base", "1:90000", "-video_track_timescale", "90000", "-c:v", "libx264", "-bf", "2", video);

        var (levels, times) = ReadAll(video);

        Assert.Equal(Enumerable.Range(0, 40), levels);
        Assert.Equal(
            Enumerable.Range(0, 40).Select(i => i / 2 * 100 + i % 2 * 5), times.Select(time => (int)Math.Round(time.TotalMilliseconds)));
    }

    [Fact]
    public void Frames_come_in_the_size_and_colours_asked_for()
    {
        string video = _folder["red.mp4"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "color=red:size=160x120:rate=5", "-frames:v", "3", "-pix_fmt", "yuv444p",
            "-c:v", "libx264", video);

        using VideoReader colour = VideoReader.Open(video, new() { Size = new(41, 31) });
        using var frame = new Image(new(41, 31));
        Assert.True(colour.Read(frame, out _));
        Assert.InRange(frame.At(20, 15).R, 250, 255);
        Assert.InRange(frame.At(20, 15).G, 0, 5);
        using VideoReader gray = VideoReader.Open(video, new() { Size = new(41, 31), Pixels = FramePixels.Gray });
        var pixels = new byte[gray.FrameBytes];
        Assert.True(gray.Read(pixels, out _));
        Assert.Equal(41 * 31, pixels.Length);
        Assert.InRange(pixels[700], 73, 79);
        Assert.Throws<ArgumentException>(() => gray.Read(frame, out _));
    }

    [Fact]
    public void Odd_sizes_are_read_without_slant()
    {
        string video = _folder["odd.mkv"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "testsrc=size=101x67:rate=5", "-frames:v", "2", "-pix_fmt", "bgr0", "-c:v", "ffv1", video);
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "testsrc=size=101x67:rate=5", "-frames:v", "1", "-update", "1", _folder["odd.png"]);

        using VideoReader reader = VideoReader.Open(video);
        using var frame = new Image(reader.FrameSize);
        using Image expected = Image.Load(_folder["odd.png"]);
        Assert.True(reader.Read(frame, out _));
        Assert.InRange(Pictures.MeanDifference(expected, frame), 0, 0.01);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_rotated_video_is_read_upright(int clockwise)
    {
        string flat = _folder["flat.mp4"], rotated = _folder["rotated.mp4"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "color=black:size=80x60:rate=5,drawbox=0:0:20:20:white:fill", "-frames:v", "3",
            "-c:v", "libx264", flat);
        // ffmpeg 5.1 takes this tag as degrees counter-clockwise and writes the display matrix from it.
        VideoFiles.Ffmpeg("-i", flat, "-c", "copy", "-metadata:s:v:0", $"rotate={360 - clockwise}", rotated);

        VideoInfo info = VideoProbe.Read(rotated);
        using VideoReader reader = VideoReader.Open(info);
        using var frame = new Image(reader.FrameSize);
        Assert.True(reader.Read(frame, out _));

        Assert.Equal(clockwise, info.Rotation);
        Assert.Equal(clockwise == 180 ? new PixelSize(80, 60) : new PixelSize(60, 80), info.Size);
        var (x, y) = clockwise switch { 90 => (50, 10), 180 => (70, 50), _ => (10, 70) };
        Assert.InRange(frame.At(x, y).R, 200, 255);
        Assert.InRange(frame.At(frame.Width - 1 - x, frame.Height - 1 - y).R, 0, 50);
    }

    [Fact]
    public void The_header_is_told_exactly()
    {
        string video = Ramp(frames: 50, rate: "30000/1001");

        VideoInfo info = VideoProbe.Read(video);

        Assert.Equal(new FrameRate(30000, 1001), info.FrameRate);
        Assert.Equal(new FrameRate(30000, 1001), info.NominalRate);
        Assert.Equal(50, info.FrameCount);
        Assert.Equal(new PixelSize(64, 48), info.Size);
        Assert.Equal("h264", info.Codec);
        Assert.InRange(info.Duration!.Value.TotalSeconds, 1.668, 1.669);
    }

    [Fact]
    public void A_video_of_one_frame_has_one_frame() => Assert.Equal([0], ReadAll(Ramp(frames: 1, rate: "25")).Levels);

    [Fact]
    public void A_transport_stream_that_starts_late_counts_from_zero()
    {
        string video = _folder["late.ts"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", RampSource(12, "10"), "-c:v", "libx264", "-bf", "0", "-muxdelay", "2", video);

        var (levels, times) = ReadAll(video);

        Assert.Equal(Enumerable.Range(0, 12), levels);
        Assert.Equal(TimeSpan.Zero, times[0]);
        Assert.Equal([5, 6, 7, 8, 9, 10, 11], ReadAll(video, new() { Start = TimeSpan.FromSeconds(0.5) }).Levels);
    }

    [Fact]
    public void Disposing_in_the_middle_ends_ffmpeg_at_once()
    {
        string video = Ramp(frames: 50, rate: "10");
        using (VideoReader reader = VideoReader.Open(video))
        {
            Assert.True(reader.Read(new byte[reader.FrameBytes], out _));
            Assert.NotEmpty(Processes.Naming(video));
        }

        Assert.Empty(Processes.Naming(video));
    }

    [Fact]
    public void Readers_that_are_disposed_of_leave_no_file_open()
    {
        string video = Ramp(frames: 50, rate: "10");
        for (int i = 0; i < 3; i++)
            ReadFirst();
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < 10; i++)
            ReadFirst();

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 3);

        void ReadFirst()
        {
            using VideoReader reader = VideoReader.Open(video);
            Assert.True(reader.Read(new byte[reader.FrameBytes], out _));
        }
    }

    [Fact]
    public void Cancelling_ends_a_read_that_waits_and_ffmpeg()
    {
        // A named pipe that nobody feeds: ffprobe would wait for ever.
        string pipe = _folder["pipe.mp4"];
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", pipe))
            make.WaitForExit();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        Assert.ThrowsAny<OperationCanceledException>(() => VideoReader.Open(pipe, cancellation: cancellation.Token));
        Assert.Empty(Processes.Naming(pipe));
    }

    [Fact]
    public void Cancelling_between_frames_throws_and_ends_ffmpeg()
    {
        string video = Ramp(frames: 50, rate: "10");
        using var cancellation = new CancellationTokenSource();
        using VideoReader reader = VideoReader.Open(video, cancellation: cancellation.Token);
        var frame = new byte[reader.FrameBytes];
        Assert.True(reader.Read(frame, out _));

        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => reader.Read(frame, out _));
        Assert.True(Processes.SoonNone(video));
    }

    [Theory]
    [InlineData("read", 9)]
    [InlineData("read", 15)]
    [InlineData("write", 9)]
    public async Task Killing_our_process_leaves_no_ffmpeg_behind(string what, int signal)
    {
        string video = what == "read" ? Ramp(frames: 200, rate: "10", size: "640x480") : _folder["out.mp4"];
        using System.Diagnostics.Process ours = Processes.StartOurs(what, video);
        await ours.StandardOutput.ReadLineAsync();
        await ours.StandardOutput.ReadLineAsync();
        Assert.NotEmpty(Processes.Naming(video, "ffmpeg"));

        using (System.Diagnostics.Process kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{ours.Id}"]))
            await kill.WaitForExitAsync();
        await ours.WaitForExitAsync();

        Assert.True(Processes.SoonNone(video), string.Join('\n', Processes.Naming(video)));
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Memory_does_not_grow_with_the_length_of_a_video()
    {
        string video = _folder["hour.mp4"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:rate=30", "-t", "3600", "-c:v", "libx264", "-preset", "ultrafast", video);
        using VideoReader reader = VideoReader.Open(video);
        var frame = new byte[reader.FrameBytes];
        long early = 0;
        int count = 0;
        for (; reader.Read(frame, out _); count++)
        {
            if (count == 20_000)
                early = Environment.WorkingSet;
        }

        Assert.Equal(108_000, count);
        Assert.InRange(Environment.WorkingSet - early, long.MinValue, 40 << 20);
    }

    private static string RampSource(int frames, string rate, string size = "64x48") =>
        $"color=black:size={size}:rate={rate},format=yuv420p,geq=lum='16+mod(N,54)*4':cb=128:cr=128,trim=end_frame={frames}";

    // Brighter from frame to frame, so that every frame tells its number; key frames are rare and frames refer to later ones.
    private string Ramp(int frames, string rate, string size = "64x48")
    {
        string video = _folder[$"ramp-{frames}-{rate.Replace('/', '-')}-{size}.mp4"];
        if (!File.Exists(video))
        {
            VideoFiles.Ffmpeg("-f", "lavfi", "-i", RampSource(frames, rate, size), "-c:v", "libx264", "-qp", "8", "-g", "25", "-bf", "3",
                video);
        }
        return video;
    }

    private static (List<int> Levels, List<TimeSpan> Times) ReadAll(string video, VideoReadOptions? options = null)
    {
        using VideoReader reader = VideoReader.Open(video, (options ?? new()) with { Pixels = FramePixels.Gray });
        var frame = new byte[reader.FrameBytes];
        List<int> levels = [];
        List<TimeSpan> times = [];
        while (reader.Read(frame, out TimeSpan time))
        {
            levels.Add((int)Math.Round(frame.Average(level => level) * 219 / 255 / 4));
            times.Add(time);
        }
        Assert.False(reader.Read(frame, out _));
        return (levels, times);
    }
}
