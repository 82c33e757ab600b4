using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Tests.Screens;

public sealed class EvenRowsTests
{
    [Fact]
    public void Rows_of_a_menu_are_as_wide_as_those_that_show_where_they_end()
    {
        IReadOnlyList<DetectedIcon> rows = Rows((0, 240), (2, 241), (1, 239), (10, 220), (24, 110), (28, 90), (26, 140));
        IReadOnlyList<DetectedIcon> widened = EvenRows.Widen(rows);
        Assert.All(widened, one => Assert.InRange(one.Box.X1, 0, 2));
        Assert.All(widened, one => Assert.InRange(one.Box.X2, 239, 241));
        Assert.Equal(rows.Select(one => (one.Box.Y1, one.Box.Y2)), widened.Select(one => (one.Box.Y1, one.Box.Y2)));
    }

    [Fact]
    public void Rows_that_begin_at_the_right_are_widened_to_the_left() =>
        Assert.All(EvenRows.Widen(Rows((0, 240), (0, 240), (1, 240), (120, 238), (150, 237))), one => Assert.InRange(one.Box.X1, 0, 1));

    [Fact]
    public void Links_as_wide_as_their_words_stay()
    {
        IReadOnlyList<DetectedIcon> links = Rows((20, 90), (20, 140), (20, 71), (20, 118), (20, 203), (20, 104));
        Assert.Equal(links, EvenRows.Widen(links));
    }

    [Fact]
    public void Few_rows_buttons_and_rows_far_from_each_other_stay()
    {
        IReadOnlyList<DetectedIcon> few = Rows((0, 240), (0, 240), (20, 90));
        DetectedIcon[] buttons = [.. Rows((0, 240), (0, 240), (0, 240), (20, 90)).Select(one => one with { Kind = ElementKind.Button })];
        DetectedIcon[] apart =
        [
            .. Rows((0, 240), (0, 240), (0, 240), (20, 90)).Select((one, row) => one with { Box = new PixelBox(one.Box.X1, row * 120, one.Box.X2, (row * 120) + 32) }),
        ];
        Assert.Equal(few, EvenRows.Widen(few));
        Assert.Equal(buttons, EvenRows.Widen(buttons));
        Assert.Equal(apart, EvenRows.Widen(apart));
    }

    [Fact]
    public void Widened_once_rows_stay_as_they_are()
    {
        IReadOnlyList<DetectedIcon> widened = EvenRows.Widen(Rows((0, 240), (0, 240), (0, 240), (10, 220), (24, 110)));
        Assert.Equal(widened, EvenRows.Widen(widened));
    }

    private static IReadOnlyList<DetectedIcon> Rows(params (double Left, double Right)[] sides) =>
        [.. sides.Select((one, row) => new DetectedIcon(new PixelBox(one.Left, row * 36, one.Right, (row * 36) + 32), 0.8, ElementKind.Link))];
}
