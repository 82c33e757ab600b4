namespace Magma.Vision.Tests;

public sealed class RegionTests
{
    [Theory]
    [InlineData(50, 40, 60, 50, false)]
    [InlineData(20, 20, 40, 40, true)]
    [InlineData(51, 41, 58, 48, false)]
    [InlineData(-20, -20, 10, 10, true)]
    [InlineData(200, 200, 210, 210, true)]
    public void A_box_is_even_unless_something_lies_in_it_or_on_its_border(double x1, double y1, double x2, double y2, bool even)
    {
        using var image = new Image(new PixelSize(100, 80));
        image.FillRectangle(new(0, 0, 100, 80), new Color(200, 120, 40));
        image.DrawRectangle(new(50, 40, 60, 50), new Color(200, 120, 60), 1);

        Assert.Equal(even, image.IsEven(new PixelBox(x1, y1, x2, y2), 10));
        Assert.True(image.IsEven(new PixelBox(x1, y1, x2, y2), 30));
    }

    [Fact]
    public void A_slow_change_of_colour_is_even()
    {
        using var image = new Image(new PixelSize(256, 64));
        for (int x = 0; x < 256; x++) image.DrawLine(new(x, 0), new(x, 63), new Color((byte)x, 10, 200));

        Assert.True(image.IsEven(new PixelBox(10, 10, 240, 50), 6));
    }
}
