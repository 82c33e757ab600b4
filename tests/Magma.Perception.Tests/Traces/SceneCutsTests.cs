using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

public sealed class SceneCutsTests
{
    // The mean change of hue (of 180), saturation and brightness must reach 27.
    [Theory]
    [InlineData("000000", "ffffff", true)]
    [InlineData("404040", "909090", false)]
    [InlineData("404040", "919191", true)]
    [InlineData("ff0000", "00ff00", false)]
    [InlineData("ff0000", "0000ff", true)]
    [InlineData("ff0000", "ff8080", true)]
    [InlineData("336699", "336699", false)]
    public void A_change_of_hue_saturation_or_brightness_is_a_cut_from_the_threshold_on(string before, string after, bool isCut)
    {
        var cuts = new SceneCuts();
        using Image first = Filled(before), second = Filled(after);

        Assert.False(cuts.IsCut(first));
        Assert.False(cuts.IsCut(first));
        Assert.Equal(isCut, cuts.IsCut(second));
        Assert.False(cuts.IsCut(second));
    }

    [Fact]
    public void Frames_of_another_size_are_refused()
    {
        var cuts = new SceneCuts();
        using Image first = Filled("000000"), other = new(new PixelSize(80, 30));
        cuts.IsCut(first);

        Assert.Throws<ArgumentException>(() => cuts.IsCut(other));
    }

    private static Image Filled(string hex)
    {
        byte[] rgb = Convert.FromHexString(hex);
        var image = new Image(new PixelSize(40, 30));
        image.FillRectangle(new PixelBox(0, 0, 40, 30), new Color(rgb[0], rgb[1], rgb[2]));
        return image;
    }
}
