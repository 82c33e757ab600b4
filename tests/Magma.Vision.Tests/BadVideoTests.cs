using Magma.Testing;

namespace Magma.Vision.Tests;

public class BadVideoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_text_renamed_to_mp4_is_refused_with_ffmpegs_words()
    {
        File.WriteAllText(_folder["text.mp4"], "once upon a time");

        var e = Assert.Throws<InvalidDataException>(() => VideoReader.Open(_folder["text.mp4"]));

        Assert.Contains("text.mp4", e.Message);
        Assert.Contains("Invalid data", e.Message);
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        File.WriteAllBytes(_folder["empty.mp4"], []);

        Assert.Throws<InvalidDataException>(() => VideoProbe.Read(_folder["empty.mp4"]));
    }

    [Fact]
    public void A_missing_file_is_an_io_error() => Assert.Throws<FileNotFoundException>(() => VideoProbe.Read(_folder["none.mp4"]));

    [Fact]
    public void A_picture_is_no_video()
    {
        using (Image image = Pictures.Waves(64, 48))
            image.Save(_folder["still.png"]);

        Assert.Throws<InvalidDataException>(() => VideoProbe.Read(_folder["still.png"]));
    }

    [Fact]
    public void Sound_alone_is_no_video()
    {
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "sine", "-t", "1", _folder["sound.mp4"]);

        var e = Assert.Throws<InvalidDataException>(() => VideoProbe.Read(_folder["sound.mp4"]));

        Assert.Contains("no video stream", e.Message);
    }

    [Fact]
    public void A_video_without_frames_says_so()
    {
        byte[] bytes = Clip("clip.mp4");
        VideoFiles.EmptyTheIndex(bytes);
        File.WriteAllBytes(_folder["none.mp4"], bytes);

        var e = Assert.Throws<InvalidDataException>(() => Count("none.mp4"));

        Assert.Contains("none.mp4", e.Message);
    }

    [Fact]
    public void A_file_cut_off_before_its_index_is_refused()
    {
        byte[] bytes = Clip("clip.mp4");
        File.WriteAllBytes(_folder["cut.mp4"], bytes[..(bytes.Length / 2)]);

        var e = Assert.Throws<InvalidDataException>(() => Count("cut.mp4"));

        Assert.Contains("moov atom not found", e.Message);
    }

    [Fact]
    public void A_file_cut_off_among_its_frames_gives_the_frames_before_and_then_fails()
    {
        byte[] bytes = Clip("clip.mp4", "-movflags", "+faststart");
        File.WriteAllBytes(_folder["cut.mp4"], bytes[..(bytes.Length * 2 / 3)]);
        int frames = 0;

        var e = Assert.Throws<InvalidDataException>(() => Count("cut.mp4", () => frames++));

        Assert.InRange(frames, 5, 29);
        Assert.Contains("broken or cut off", e.Message);
    }

    [Fact]
    public void Ten_hours_claimed_by_the_header_change_nothing_about_the_frames()
    {
        byte[] bytes = Clip("clip.mkv");
        VideoFiles.ClaimTenHours(bytes);
        File.WriteAllBytes(_folder["long.mkv"], bytes);

        Assert.InRange(VideoProbe.Read(_folder["long.mkv"]).Duration!.Value.TotalHours, 9.9, 10.1);
        Assert.Equal(30, Count("long.mkv"));
    }

    [Fact]
    public void Broken_bytes_inside_end_in_frames_or_in_words()
    {
        byte[] bytes = Clip("clip.mp4");
        var random = new Random(11);
        for (int round = 0; round < 6; round++)
        {
            byte[] broken = [.. bytes];
            for (int i = 0; i < 20; i++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_folder["broken.mp4"], broken);
            try
            {
                Count("broken.mp4");
            }
            catch (InvalidDataException e)
            {
                Assert.Contains("broken.mp4", e.Message);
            }
        }
    }

    [Fact]
    public void A_size_that_changes_in_the_middle_changes_nothing_about_the_frames()
    {
        foreach (string size in (string[])["64x48", "160x120"])
        {
            VideoFiles.Ffmpeg("-f", "lavfi", "-i", $"testsrc=size={size}:rate=10", "-frames:v", "9", "-c:v", "libx264",
                _folder[$"{size}.h264"]);
        }
        File.WriteAllBytes(_folder["both.h264"],
            [.. File.ReadAllBytes(_folder["64x48.h264"]), .. File.ReadAllBytes(_folder["160x120.h264"])]);

        Assert.Equal(18, Count("both.h264"));
    }

    [Fact]
    public void A_frame_larger_than_the_limit_is_refused_before_it_is_decoded()
    {
        Clip("clip.mp4");

        var e = Assert.Throws<InvalidDataException>(() => VideoReader.Open(_folder["clip.mp4"], new() { MaxPixels = 1000 }));

        Assert.Contains("96×64", e.Message);
    }

    [Theory]
    [InlineData("list.mp4", "ffconcat version 1.0\nfile clip.mp4\n")]
    [InlineData("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\nclip.mp4\n#EXT-X-ENDLIST\n")]
    public void A_play_list_that_names_other_files_is_not_followed(string name, string text)
    {
        Clip("clip.mp4");
        File.WriteAllText(_folder[name], text);

        Assert.Throws<InvalidDataException>(() => Count(name));
    }

    [Theory]
    [InlineData("-f.mp4")]
    [InlineData("http:example.mp4")]
    [InlineData("a b'%d,[x];é.mp4")]
    public void Strange_names_are_plain_files(string name)
    {
        Clip("clip.mp4");
        File.Copy(_folder["clip.mp4"], _folder[name]);

        Assert.Equal(30, Count(name));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Clip("clip.mp4");
        VideoInfo info = VideoProbe.Read(_folder["clip.mp4"]);

        Assert.Throws<ArgumentException>(() => VideoReader.Open(info, new() { Step = 0 }));
        Assert.Throws<ArgumentException>(() => VideoReader.Open(info, new() { Size = new(0, 10) }));
        Assert.Throws<ArgumentException>(() => VideoReader.Open(info, new() { Start = TimeSpan.FromSeconds(-1) }));
        Assert.Throws<ArgumentException>(() => VideoReader.Open(info, new() { Rate = new(0) }));
        using VideoReader reader = VideoReader.Open(info);
        Assert.Throws<ArgumentException>(() => reader.Read(new byte[10], out _));
    }

    // 30 frames of 96×64 with plenty of bytes in each.
    private byte[] Clip(string name, params string[] more)
    {
        VideoFiles.Ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-frames:v", "30", "-c:v", "libx264", "-qp", "10", "-g", "10",
            .. more, _folder[name]]);
        return File.ReadAllBytes(_folder[name]);
    }

    private int Count(string name, Action? frame = null)
    {
        using VideoReader reader = VideoReader.Open(_folder[name]);
        var pixels = new byte[reader.FrameBytes];
        int count = 0;
        for (; reader.Read(pixels, out _); count++)
            frame?.Invoke();
        return count;
    }
}
