using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Tests;

public sealed class ScreenParserTests
{
    private static readonly Color Paper = new(255, 255, 255);
    private static readonly Color Ink = new(40, 44, 52);
    private static readonly Color Line = new(190, 198, 208);
    private static readonly PixelBox Button = new(60, 60, 220, 104);
    private static readonly PixelBox Field = new(60, 140, 460, 182);
    private static readonly PixelBox CheckBox = new(60, 220, 76, 236);

    private static Image Screen()
    {
        var screen = new Image(new PixelSize(640, 400));
        screen.FillRectangle(screen.Size.ToBox(), Paper);
        screen.FillRectangle(Button, new Color(37, 99, 235));
        screen.DrawText("Save changes", new PixelPoint(84, 72), Font.Default, 17, Paper);
        screen.DrawRectangle(Field, Line, 1);
        screen.DrawRectangle(CheckBox, Ink, 1);
        screen.DrawText("Remember this machine", new PixelPoint(110, 219), Font.Default, 17, Ink);
        return screen;
    }

    [Fact]
    public void A_button_a_field_and_a_check_box_are_found_where_they_are_drawn()
    {
        using var parser = ScreenParser.OpenWithRules(threads: 1);
        using Image screen = Screen();
        ScreenElement[] controls = [.. parser.Parse(screen).Where(element => element.Interactable)];
        foreach (PixelBox drawn in new[] { Button, Field, CheckBox })
        {
            Assert.Contains(controls, control => control.Box.IntersectionOverUnion(drawn) > 0.6);
        }

        Assert.Equal(3, controls.Length);
    }

    [Fact]
    public void A_button_takes_the_text_on_it_and_a_loose_text_stays_one()
    {
        using var parser = ScreenParser.OpenWithRules(threads: 1);
        using Image screen = Screen();
        IReadOnlyList<ScreenElement> elements = parser.Parse(screen);
        Assert.Single(elements, element => element.Interactable && element.Text == "Save changes");
        Assert.Single(elements, element => !element.Interactable && element.Text == "Remember this machine");
    }

    [Fact]
    public void What_says_something_comes_before_what_does_not()
    {
        using var parser = ScreenParser.Open(threads: 1);
        using Image screen = Screen();
        bool[] silent = [.. parser.Parse(screen).Select(element => element.Text is null)];
        Assert.Equal(silent.Order(), silent);
    }

    [Fact]
    public void A_screen_of_3840_by_2160_leaves_less_than_a_megabyte_of_garbage()
    {
        using var parser = ScreenParser.Open(threads: 1);
        using Image small = Screen(), screen = small.Resize(new PixelSize(3840, 2160));
        parser.Parse(screen);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        parser.Parse(screen);
        // Its map of text alone has 33.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 1 << 20);
    }

    [Fact]
    public void The_same_screen_gives_the_same_elements()
    {
        using Image screen = Screen();
        foreach (Func<int?, ScreenParser> open in new Func<int?, ScreenParser>[] { threads => ScreenParser.Open(threads), ScreenParser.OpenWithRules })
        {
            using ScreenParser one = open(1), two = open(2);
            Assert.Equal(one.Parse(screen), two.Parse(screen));
        }
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(1, 10000)]
    [InlineData(3840, 2160)]
    [InlineData(640, 480)]
    public void An_empty_screen_of_any_shape_has_no_elements(int width, int height)
    {
        using var parser = ScreenParser.Open(threads: 1);
        using var screen = new Image(new PixelSize(width, height));
        Assert.Empty(parser.Parse(screen));
    }
}
