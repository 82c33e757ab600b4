using System.Buffers.Binary;
using Magma.Testing;

namespace Magma.Vision.Tests;

public class CodecTests
{
    public static TheoryData<ImageFormat> Formats => [.. Enum.GetValues<ImageFormat>()];

    [Theory]
    [InlineData(ImageFormat.Png, 90)]
    [InlineData(ImageFormat.Bmp, 90)]
    [InlineData(ImageFormat.WebP, 100)]
    public void Lossless_formats_give_back_every_pixel(ImageFormat format, int quality)
    {
        foreach (var (width, height) in new[] { (1, 1), (7, 5), (333, 127) })
        {
            using Image image = Pictures.Waves(width, height);
            using Image back = Image.Decode(image.Encode(format, quality));

            Assert.Equal(image.Size, back.Size);
            Assert.True(image.Pixels.SequenceEqual(back.Pixels));
        }
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void Lossy_formats_come_close_and_quality_matters(ImageFormat format)
    {
        using Image image = Pictures.Waves(320, 200);
        byte[] fine = image.Encode(format, 95), coarse = image.Encode(format, 20);
        using Image back = Image.Decode(fine);

        Assert.InRange(Pictures.MeanDifference(image, back), 0, 4);
        Assert.True(coarse.Length < fine.Length / 2);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_same_picture_gives_the_same_bytes(ImageFormat format)
    {
        using Image image = Pictures.Waves(200, 100), again = Pictures.Waves(200, 100);

        Assert.Equal(image.Encode(format), again.Encode(format));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_header_is_read_without_the_picture(ImageFormat format)
    {
        using Image image = Pictures.Waves(123, 45);
        byte[] bytes = image.Encode(format);

        Assert.Equal(new ImageInfo(format, new(123, 45), 1), ImageInfo.Read(bytes));
    }

    [Theory]
    [InlineData("rgb24", "a.png")]
    [InlineData("rgba", "a.png")]
    [InlineData("gray", "a.png")]
    [InlineData("rgb48be", "a.png")]
    [InlineData("gray16be", "a.png")]
    [InlineData("pal8", "a.png")]
    [InlineData("monob", "a.png")]
    [InlineData("yuvj420p", "a.jpg")]
    [InlineData("yuvj444p", "a.jpg")]
    [InlineData("gray", "a.jpg")]
    [InlineData("bgr24", "a.bmp")]
    [InlineData("bgra", "a.bmp")]
    [InlineData("gray", "a.bmp")]
    [InlineData("rgb565le", "a.bmp")]
    [InlineData("yuv420p", "a.webp")]
    public void Files_of_other_tools_are_read_as_those_tools_read_them(string pixels, string name)
    {
        using var folder = new TemporaryFolder();
        string picture = folder[name], raw = folder["a.rgb"];
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "testsrc=size=161x99", "-frames:v", "1", "-pix_fmt", pixels, "-update", "1", picture);
        VideoFiles.Ffmpeg("-i", picture, "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-sws_flags", "accurate_rnd+full_chroma_int+full_chroma_inp", raw);

        using Image ours = Image.Load(picture);
        using Image theirs = Image.FromPixels(new(161, 99), File.ReadAllBytes(raw));

        // Colours stored at half the resolution are spread out by rules that differ between decoders; a swapped channel would be 60 off.
        double tolerance = pixels.Contains("420") ? 8 : name == "a.jpg" ? 2.5 : 0.6;
        Assert.InRange(Pictures.MeanDifference(ours, theirs), 0, tolerance);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_that_ends_too_early_is_refused_wherever_it_ends(ImageFormat format)
    {
        using Image image = Pictures.Waves(64, 48);
        byte[] bytes = image.Encode(format);

        for (int length = 1; length < bytes.Length - 1; length += Math.Max(1, bytes.Length / 97))
            Assert.Throws<InvalidDataException>(() => Image.Decode(bytes.AsSpan(0, length)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Broken_bytes_never_do_more_than_fail(ImageFormat format)
    {
        using Image image = Pictures.Waves(64, 48);
        byte[] bytes = image.Encode(format);
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            byte[] broken = [.. bytes];
            for (int i = 0; i <= round % 4; i++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            try
            {
                Image.Decode(broken, new DecodeOptions { MaxPixels = 1_000_000 }).Dispose();
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void An_empty_file_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["empty.png"], []);

        var e = Assert.Throws<InvalidDataException>(() => Image.Load(folder["empty.png"]));

        Assert.Contains("empty.png", e.Message);
        Assert.Contains("empty", e.Message);
    }

    [Fact]
    public void A_text_renamed_to_png_is_refused_with_its_beginning()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.png"], "<!DOCTYPE html><html>not a picture</html>");

        var e = Assert.Throws<InvalidDataException>(() => Image.Load(folder["text.png"]));

        Assert.Contains("<!DOCTYPE html>", e.Message);
    }

    [Fact]
    public void A_missing_file_is_an_io_error() => Assert.Throws<FileNotFoundException>(() => Image.Load("/nowhere/at-all.png"));

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_header_of_60000_by_60000_is_refused_before_anything_is_decoded(ImageFormat format)
    {
        byte[] header = format switch
        {
            ImageFormat.Png => [.. Exif.PngSignature, .. Exif.PngChunk("IHDR", [.. Big(60_000), .. Big(60_000), 8, 2, 0, 0, 0])],
            ImageFormat.Jpeg => [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xEA, 0x60, 0xEA, 0x60, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
            ImageFormat.WebP => [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 0x5F, 0xEA, 0, 0x5F, 0xEA, 0],
            _ => [.. "BM"u8, .. new byte[8], 54, 0, 0, 0, 40, 0, 0, 0, 0x60, 0xEA, 0, 0, 0x60, 0xEA, 0, 0, 1, 0, 24, 0, .. new byte[24]],
        };
        long before = GC.GetAllocatedBytesForCurrentThread();

        var e = Assert.Throws<InvalidDataException>(() => Image.Decode(header));

        Assert.Contains("60000×60000", e.Message);
        Assert.Contains("3600000000", e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void The_pixel_limit_is_the_callers()
    {
        using Image image = Pictures.Waves(100, 100);
        byte[] bytes = image.Encode(ImageFormat.Png);

        Assert.Throws<InvalidDataException>(() => Image.Decode(bytes, new DecodeOptions { MaxPixels = 9_999 }));
        using Image back = Image.Decode(bytes, new DecodeOptions { MaxPixels = 10_000 });
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Exif_orientation_is_applied_or_left(ImageFormat format, int orientation)
    {
        // Blocks so large that JPEG keeps them: red top left, green top right, blue bottom left, white bottom right, as seen.
        using var seen = new Image(new(64, 32));
        seen.FillRectangle(new(0, 0, 32, 16), Color.Red);
        seen.FillRectangle(new(32, 0, 64, 16), new(0, 255, 0));
        seen.FillRectangle(new(0, 16, 32, 32), new(0, 0, 255));
        seen.FillRectangle(new(32, 16, 64, 32), Color.White);
        // Stored is the inverse; 6 and 8 undo each other, all others undo themselves.
        using Image stored = seen.Orient(orientation switch { 6 => 8, 8 => 6, _ => orientation });
        byte[] bytes = Exif.Add(stored.Encode(format, 100), format, orientation);

        using Image upright = Image.Decode(bytes);
        using Image left = Image.Decode(bytes, new DecodeOptions { ApplyOrientation = false });

        Assert.Equal(orientation, ImageInfo.Read(bytes).Orientation);
        Assert.Equal(seen.Size, ImageInfo.Read(bytes).UprightSize);
        Assert.InRange(Pictures.MeanDifference(seen, upright), 0, 6);
        Assert.InRange(Pictures.MeanDifference(stored, left), 0, 6);
    }

    public static TheoryData<ImageFormat, int> Orientations()
    {
        var data = new TheoryData<ImageFormat, int>();
        foreach (ImageFormat format in (ImageFormat[])[ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP])
        {
            for (int orientation = 1; orientation <= 8; orientation++)
                data.Add(format, orientation);
        }
        return data;
    }

    [Fact]
    public void Orientation_6_turns_the_left_edge_up()
    {
        using Image stored = Pictures.Waves(5, 3);
        using Image upright = stored.Orient(6);

        Assert.Equal(new PixelSize(3, 5), upright.Size);
        Assert.Equal(stored.At(0, 2), upright.At(0, 0));
        Assert.Equal(stored.At(0, 0), upright.At(2, 0));
    }

    [Fact]
    public void Saving_replaces_a_file_whole_and_leaves_no_other()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.png"], "old");
        using Image image = Pictures.Waves(30, 20);
        image.Save(folder["a.png"]);
        using Image back = Image.Load(folder["a.png"]);

        Assert.True(image.Pixels.SequenceEqual(back.Pixels));
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Throws<ArgumentException>(() => image.Save(folder["a.gif"]));
        Assert.ThrowsAny<IOException>(() => image.Save(folder["no", "such", "folder.png"]));
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg, 65_501)]
    [InlineData(ImageFormat.WebP, 16_384)]
    public void A_side_that_a_format_cannot_hold_is_refused_with_both_numbers(ImageFormat format, int width)
    {
        using var image = new Image(new(width, 1));

        var e = Assert.Throws<ArgumentException>(() => image.Encode(format));

        Assert.Contains($"{width}", e.Message);
        Assert.Contains($"{width - 1}", e.Message);
    }

    [Fact]
    public void An_animation_is_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5", "-frames:v", "3", "-c:v", "libwebp_anim", folder["a.webp"]);

        var e = Assert.Throws<InvalidDataException>(() => Image.Load(folder["a.webp"]));

        Assert.Contains("animation", e.Message);
    }

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
