using Magma.Testing;

namespace Magma.Vision.Tests;

public class VideoWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_back()
    {
        Write("a.mp4", new(160, 120), 12);

        VideoInfo info = VideoProbe.Read(_folder["a.mp4"]);
        using VideoReader reader = VideoReader.Open(info);
        using var frame = new Image(info.Size);
        for (int i = 0; i < 12; i++)
        {
            Assert.True(reader.Read(frame, out TimeSpan time));
            using Image written = Pictures.Waves(160, 120, i * 3);
            Assert.InRange(Pictures.MeanDifference(written, frame), 0, 8);
            Assert.InRange((time - info.FrameRate.TimeOf(i)).Duration(), TimeSpan.Zero, TimeSpan.FromMicroseconds(1));
        }
        Assert.False(reader.Read(frame, out _));
        Assert.Equal(new FrameRate(24000, 1001), info.FrameRate);
        Assert.Equal("h264", info.Codec);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void The_same_pictures_give_the_same_bytes()
    {
        Write("a.mp4", new(160, 120), 12);
        Write("b.mp4", new(160, 120), 12);

        Assert.Equal(File.ReadAllBytes(_folder["a.mp4"]), File.ReadAllBytes(_folder["b.mp4"]));
    }

    [Theory]
    [InlineData(161, 121, 162, 122)]
    [InlineData(1, 1, 2, 2)]
    public void Odd_sides_grow_by_a_line(int width, int height, int storedWidth, int storedHeight)
    {
        Write("odd.mp4", new(width, height), 3);

        Assert.Equal(new PixelSize(storedWidth, storedHeight), VideoProbe.Read(_folder["odd.mp4"]).Size);
    }

    [Fact]
    public void An_unfinished_video_leaves_nothing()
    {
        using (var writer = new VideoWriter(_folder["a.mp4"], new(64, 48), new(10)))
        using (Image image = Pictures.Waves(64, 48))
            writer.Write(image);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Mistakes_are_refused_in_words()
    {
        using (var writer = new VideoWriter(_folder["a.mp4"], new(64, 48), new(10)))
        {
            using Image other = Pictures.Waves(64, 50);
            Assert.Contains("64×50", Assert.Throws<ArgumentException>(() => writer.Write(other)).Message);
            Assert.Contains("a.mp4", Assert.Throws<InvalidOperationException>(writer.Finish).Message);
        }
        Assert.Throws<DirectoryNotFoundException>(() => new VideoWriter(_folder["no", "folder.mp4"], new(64, 48), new(10)));
        Assert.Throws<ArgumentException>(() => new VideoWriter(_folder["a.mp4"], new(0, 48), new(10)));
        Assert.Throws<ArgumentException>(() => new VideoWriter(_folder["a.mp4"], new(64, 48), new(0)));
    }

    [Fact]
    public void Cancelling_ends_ffmpeg()
    {
        using var cancellation = new CancellationTokenSource();
        using var writer = new VideoWriter(_folder["a.mp4"], new(640, 480), new(10), cancellation: cancellation.Token);
        using Image image = Pictures.Waves(640, 480);
        writer.Write(image);

        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            for (int i = 0; i < 1000; i++)
                writer.Write(image);
        });
        Assert.True(Processes.SoonNone(_folder["a.mp4"]));
    }

    private void Write(string name, PixelSize size, int frames)
    {
        using var writer = new VideoWriter(_folder[name], size, new(24000, 1001));
        for (int i = 0; i < frames; i++)
        {
            using Image image = Pictures.Waves(size.Width, size.Height, i * 3);
            writer.Write(image);
        }
        writer.Finish();
    }
}
