namespace Magma.Vision.Tests;

public class FontTests
{
    // Pillow 13 with FreeType 2.14 and Arial, whose widths Liberation Sans has: font size, then right and bottom of the text box.
    [Theory]
    [InlineData(20, "5", 11, 19)]
    [InlineData(20, "55", 22, 19)]
    [InlineData(20, "555", 33, 19)]
    [InlineData(21, "5", 12, 20)]
    [InlineData(21, "55", 23, 20)]
    [InlineData(21, "555", 35, 20)]
    [InlineData(23, "5", 13, 21)]
    [InlineData(23, "55", 26, 21)]
    [InlineData(23, "555", 38, 21)]
    public void Numbers_take_the_room_that_the_published_marks_have(int size, string text, int width, int height)
    {
        PixelSize measured = Font.Default.Measure(text, size);

        Assert.InRange(measured.Width, width - 1, width + 1);
        Assert.InRange(measured.Height, height - 1, height + 1);
    }

    [Theory]
    [InlineData(20, "555", 38, 19)]
    [InlineData(21, "55", 27, 20)]
    [InlineData(22, "555", 42, 21)]
    public void DejaVu_measures_as_in_Pillow(int size, string text, int width, int height)
    {
        using var font = new Font("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");

        Assert.Equal(new PixelSize(width, height), font.Measure(text, size));
    }
}
