using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

public sealed class ContentChangeTests
{
    // By hand: red is hue 0, green 60, blue 120, each with saturation and brightness 255; ff8080 has saturation 127.
    [Theory]
    [InlineData("000000", "ffffff", 255 / 3.0)]
    [InlineData("404040", "909090", 80 / 3.0)]
    [InlineData("404040", "919191", 27)]
    [InlineData("ff0000", "00ff00", 20)]
    [InlineData("ff0000", "0000ff", 40)]
    [InlineData("ff0000", "ff8080", 128 / 3.0)]
    [InlineData("336699", "336699", 0)]
    public void The_change_is_the_mean_of_those_of_hue_saturation_and_brightness(string before, string after, double expected)
    {
        var content = new ContentChange();
        using Image first = Filled(before), second = Filled(after);

        Assert.Equal(0, content.Next(first));
        Assert.Equal(0, content.Next(first));
        Assert.Equal(expected, content.Next(second), 1e-12);
        Assert.Equal(0, content.Next(second));
    }

    [Theory]
    [InlineData(40, 30)]
    [InlineData(300, 1000)]
    public void Half_of_a_picture_counts_half(int width, int height)
    {
        var content = new ContentChange();
        using Image first = Filled("000000", width, height), second = Filled("000000", width, height);
        second.FillRectangle(new PixelBox(0, 0, width, height / 2), new Color(255, 255, 255));

        content.Next(first);

        Assert.Equal(255 / 6.0, content.Next(second), 1e-12);
    }

    // Sums over 140,608 colours, from cv2.cvtColor(…, COLOR_BGR2HSV) of OpenCV 4.6.
    [Fact]
    public void Hue_saturation_and_value_are_those_of_OpenCV()
    {
        byte[] rgb = [.. from r in Steps() from g in Steps() from b in Steps() from channel in (byte[])[r, g, b] select channel];

        byte[] hsv = ContentChange.Hsv(rgb);

        long[] plain = new long[3], weighted = new long[3];
        for (int i = 0; i < hsv.Length; i++)
        {
            plain[i % 3] += hsv[i];
            weighted[i % 3] += hsv[i] * ((i / 3 + 1L) % 1009);
        }

        Assert.Equal([12_533_784, 24_246_696, 27_063_660], plain);
        Assert.Equal([6_304_463_467, 12_192_125_765, 13_615_554_725], weighted);

        static IEnumerable<byte> Steps() => Enumerable.Range(0, 52).Select(step => (byte)(5 * step));
    }

    [Fact]
    public void Frames_of_another_size_are_refused()
    {
        var content = new ContentChange();
        using Image first = Filled("000000"), other = Filled("000000", 30, 40);
        content.Next(first);

        Assert.Throws<ArgumentException>(() => content.Next(other));
    }

    private static Image Filled(string hex, int width = 40, int height = 30)
    {
        byte[] rgb = Convert.FromHexString(hex);
        var image = new Image(new PixelSize(width, height));
        image.FillRectangle(new PixelBox(0, 0, width, height), new Color(rgb[0], rgb[1], rgb[2]));
        return image;
    }
}
