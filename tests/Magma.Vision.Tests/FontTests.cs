namespace Magma.Vision.Tests;

public class FontTests
{
    // Right and bottom of the text boxes of "5", "55" and "555" as Pillow 13 with FreeType 2.14 gives them in Arial, the marks' font.
    [Theory]
    [InlineData(20, 11, 22, 33, 19)]
    [InlineData(21, 12, 23, 35, 20)]
    [InlineData(23, 13, 26, 38, 21)]
    [InlineData(26, 14, 29, 43, 24)]
    [InlineData(31, 17, 34, 52, 29)]
    [InlineData(33, 18, 37, 55, 30)]
    public void Numbers_take_the_room_that_the_published_marks_have(int size, int one, int two, int three, int height) =>
        AssertRoom(Font.Default, size, one, two, three, height);

    // The same in DejaVu Sans 2.37.
    [Theory]
    [InlineData(20, 13, 25, 38, 19)]
    [InlineData(21, 13, 27, 40, 20)]
    [InlineData(22, 14, 28, 42, 21)]
    [InlineData(25, 16, 32, 48, 24)]
    [InlineData(31, 20, 39, 59, 29)]
    [InlineData(32, 20, 41, 61, 30)]
    public void DejaVu_measures_as_in_Pillow(int size, int one, int two, int three, int height)
    {
        using var font = new Font("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");

        AssertRoom(font, size, one, two, three, height);
    }

    private static void AssertRoom(Font font, int size, int one, int two, int three, int height)
    {
        Assert.Equal(new PixelSize(one, height), font.Measure("5", size));
        Assert.Equal(new PixelSize(two, height), font.Measure("55", size));
        Assert.Equal(new PixelSize(three, height), font.Measure("555", size));
    }
}
