using Magma.Vision;

namespace Magma.Data.Tests.Marks;

public class SetOfMarkTests
{
    private static readonly PixelSize Screen = new(640, 480);

    [Fact]
    public void Marks_are_numbered_from_zero_in_the_order_of_the_boxes()
    {
        IReadOnlyList<Mark> marks = SetOfMark.Place([new(10, 200, 60, 230), new(300, 20, 340, 40)], Screen);

        Assert.Equal([0, 1], marks.Select(mark => mark.Number));
        Assert.Equal(new PixelBox(300, 20, 340, 40), marks[1].Box);
    }

    [Fact]
    public void Labels_of_boxes_inside_the_picture_stay_inside_and_apart_where_there_is_room()
    {
        PixelBox[] boxes = [.. Enumerable.Range(0, 12).Select(index => PixelBox.FromXywh(20 + (index % 4 * 150), 60 + (index / 4 * 130), 60, 30))];

        IReadOnlyList<Mark> marks = SetOfMark.Place(boxes, Screen);

        Assert.All(marks, mark => Assert.True(Screen.ToBox().Contains(mark.Label)));
        foreach (Mark one in marks)
        {
            Assert.DoesNotContain(marks, other => other != one && (one.Label.Intersect(other.Label).Area > 0 || one.Label.Intersect(other.Box).Area > 0));
        }
    }

    [Fact]
    public void Drawing_changes_outlines_and_labels_and_nothing_else()
    {
        using var image = new Image(Screen);
        IReadOnlyList<Mark> marks = SetOfMark.Place([new(100, 100, 200, 150)], Screen);

        SetOfMark.Draw(image, marks);

        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                bool drawn = image.Pixels[((y * image.Width) + x) * 3] > 0;
                var pixel = new PixelPoint(x + 0.5, y + 0.5);
                bool label = new PixelBox(marks[0].Label.X1, marks[0].Label.Y1, marks[0].Label.X2 + 1, marks[0].Label.Y2 + 1).Contains(pixel);
                bool outline = new PixelBox(100, 100, 201, 151).Contains(pixel) && !new PixelBox(102, 102, 199, 149).Contains(pixel);
                Assert.Equal(label || outline, drawn);
            }
        }
    }

    [Fact]
    public void Marks_far_outside_the_picture_are_drawn_without_harm()
    {
        using var image = new Image(Screen);

        SetOfMark.Draw(image, SetOfMark.Place([new(-500, -500, -400, -450), new(600, 400, 900, 700), new(5, 5, 5, 5)], Screen));
        SetOfMark.DrawPoint(image, new PixelPoint(-3, 481));
        SetOfMark.DrawPoint(image, new PixelPoint(1e9, -1e9));
    }

    [Fact]
    public void The_font_grows_with_the_picture_up_to_labels_of_thirty_pixels()
    {
        Assert.Equal(20, LabelSizes.For(new PixelSize(300, 200), DigitMetrics.Arial).FontSize);
        Assert.Equal(new PixelSize(55, 30), LabelSizes.For(new PixelSize(3840, 2160), DigitMetrics.Arial).Three);
    }
}
