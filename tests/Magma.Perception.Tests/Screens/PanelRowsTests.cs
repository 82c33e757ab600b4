using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Tests.Screens;

public sealed class PanelRowsTests
{
    private static readonly double[] s_ragged = [120, 70, 160, 90, 140];
    private static readonly double[] s_even = [150, 150, 150, 150, 150];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows_that_end_raggedly_are_as_wide_as_the_panel_they_fill(int scale)
    {
        using Image screen = Screen(scale, panel: 240);
        IReadOnlyList<DetectedIcon> rows = Rows(scale, s_ragged);
        IReadOnlyList<DetectedIcon> widened = PanelRows.Widen(screen, rows);
        Assert.Equal(rows.Count, widened.Count);
        Assert.All(widened.Zip(rows), pair =>
        {
            Assert.Equal((0, 240 * scale), (pair.First.Box.X1, pair.First.Box.X2));
            Assert.Equal(pair.Second.Box.Center.Y, pair.First.Box.Center.Y, 6);
            Assert.Equal(36 * scale, pair.First.Box.Height, 6);
        });
    }

    [Fact]
    public void Rows_that_end_together_are_as_wide_as_they_look()
    {
        using Image screen = Screen(1, panel: 240);
        IReadOnlyList<DetectedIcon> rows = Rows(1, s_even);
        Assert.Equal(rows, PanelRows.Widen(screen, rows));
    }

    [Fact]
    public void Rows_on_open_ground_stay()
    {
        using Image screen = Screen(1, panel: 0);
        IReadOnlyList<DetectedIcon> rows = Rows(1, s_ragged);
        Assert.Equal(rows, PanelRows.Widen(screen, rows));
    }

    [Fact]
    public void Three_rows_are_no_menu()
    {
        using Image screen = Screen(1, panel: 240);
        IReadOnlyList<DetectedIcon> rows = Rows(1, s_ragged[..3]);
        Assert.Equal(rows, PanelRows.Widen(screen, rows));
    }

    [Fact]
    public void What_else_is_on_the_screen_stays_in_its_place_and_order()
    {
        using Image screen = Screen(1, panel: 240);
        DetectedIcon field = new(new PixelBox(400, 20, 600, 60), 0.9, ElementKind.Input), link = new(new PixelBox(500, 300, 560, 320), 0.5, ElementKind.Link);
        IReadOnlyList<DetectedIcon> widened = PanelRows.Widen(screen, [field, .. Rows(1, s_ragged), link]);
        Assert.Equal(field, widened[0]);
        Assert.Equal(link, widened[^1]);
    }

    // A dark panel at the left of a white screen; 24 pixels high rows every 36.
    private static Image Screen(int scale, int panel)
    {
        var image = new Image(new PixelSize(800 * scale, 400 * scale));
        image.FillRectangle(new PixelBox(0, 0, 800 * scale, 400 * scale), new Color(255, 255, 255));
        if (panel > 0) image.FillRectangle(new PixelBox(0, 0, panel * scale, 400 * scale), new Color(30, 40, 60));
        foreach (DetectedIcon row in Rows(scale, s_ragged))
            image.FillRectangle(row.Box with { Y1 = row.Box.Y1 + (8 * scale), Y2 = row.Box.Y2 - (8 * scale) }, new Color(200, 200, 200));
        return image;
    }

    private static DetectedIcon[] Rows(int scale, double[] widths) =>
    [
        .. widths.Select((width, index) => new DetectedIcon(
            new PixelBox(20 * scale, (40 + (36 * index)) * scale, (20 + width) * scale, (64 + (36 * index)) * scale), 0.9 - (0.1 * index), ElementKind.Link)),
    ];
}
