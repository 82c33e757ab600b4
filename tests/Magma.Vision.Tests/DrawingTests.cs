using Magma.Testing;

namespace Magma.Vision.Tests;

public class DrawingTests
{
    private static readonly Color Ink = new(200, 100, 50);

    [Fact]
    public void A_filled_box_covers_its_columns_and_rows_and_no_others()
    {
        using var image = new Image(new(20, 20));
        image.FillRectangle(new(3, 4, 8, 6), Ink);

        Assert.Equal(Boxes(image), Expected(image, (x, y) => x is >= 3 and < 8 && y is >= 4 and < 6));
    }

    [Fact]
    public void An_outline_grows_inwards_from_its_box()
    {
        using var image = new Image(new(20, 20));
        image.DrawRectangle(new(2, 3, 12, 11), Ink, thickness: 2);

        Assert.Equal(Boxes(image), Expected(image, (x, y) =>
            x is >= 2 and < 12 && y is >= 3 and < 11 && !(x is >= 4 and < 10 && y is >= 5 and < 9)));
    }

    [Fact]
    public void An_outline_thicker_than_its_box_fills_it()
    {
        using var image = new Image(new(20, 20));
        image.DrawRectangle(new(5, 5, 8, 7), Ink, thickness: 10);

        Assert.Equal(Boxes(image), Expected(image, (x, y) => x is >= 5 and < 8 && y is >= 5 and < 7));
    }

    [Fact]
    public void What_lies_outside_is_left_away()
    {
        using var image = new Image(new(10, 10));
        image.FillRectangle(new(-1e12, -5, 2, 2), Ink);
        image.DrawRectangle(new(8, 8, 1e12, 1e12), Ink);
        image.FillRectangle(new(5, 5, 5, 9), Ink);
        image.DrawLine(new(-1e9, 5), new(1e9, 5), Ink);
        image.DrawCircle(new(1e9, 1e9), 4, Ink);
        image.DrawText("far away", new(1e9, -1e9), Font.Default, 20, Ink);

        Assert.Equal((200, 100, 50), image.At(1, 1));
        Assert.Equal((0, 0, 0), image.At(2, 2));
        Assert.Equal((200, 100, 50), image.At(8, 9));
        Assert.Equal((0, 0, 0), image.At(9, 9));
    }

    [Fact]
    public void A_coordinate_that_is_no_number_is_refused()
    {
        using var image = new Image(new(10, 10));

        Assert.Throws<ArgumentException>(() => image.FillRectangle(new(double.NaN, 0, 1, 1), Ink));
        Assert.Throws<ArgumentException>(() => image.DrawLine(new(0, 0), new(0, double.NaN), Ink));
    }

    [Fact]
    public void Opacity_mixes_with_what_was_there()
    {
        using var image = new Image(new(4, 4));
        image.FillRectangle(image.Size.ToBox(), Color.White);
        image.FillRectangle(image.Size.ToBox(), Color.Red, opacity: 0.5);

        Assert.Equal((255, 128, 128), image.At(2, 2));
    }

    [Fact]
    public void A_filled_circle_has_the_area_of_a_circle_around_its_centre()
    {
        using var image = new Image(new(61, 41));
        image.FillCircle(new(30.5, 20.5), 15, Color.White);
        double area = 0, x = 0, y = 0;
        for (int row = 0; row < image.Height; row++)
        {
            for (int column = 0; column < image.Width; column++)
            {
                double ink = image.At(column, row).R / 255.0;
                area += ink;
                x += ink * (column + 0.5);
                y += ink * (row + 0.5);
            }
        }

        Assert.InRange(area, Math.PI * 15 * 15 * 0.97, Math.PI * 15.7 * 15.7);
        Assert.InRange(x / area, 30.4, 30.6);
        Assert.InRange(y / area, 20.4, 20.6);
    }

    [Fact]
    public void A_circle_is_a_ring()
    {
        using var image = new Image(new(41, 41));
        image.DrawCircle(new(20.5, 20.5), 10, Color.White, thickness: 3);

        Assert.Equal((255, 255, 255), image.At(30, 20));
        Assert.Equal((255, 255, 255), image.At(20, 10));
        Assert.Equal((0, 0, 0), image.At(20, 20));
        Assert.Equal((0, 0, 0), image.At(35, 20));
    }

    [Fact]
    public void Text_fills_the_room_it_was_measured_for()
    {
        const string text = "Größe 42, “fi” ✓?";
        PixelSize room = Font.Default.Measure(text, 24);
        using var image = new Image(new(room.Width + 40, room.Height + 40));
        image.DrawText(text, new(20, 20), Font.Default, 24, Color.White);

        PixelBox ink = InkOf(image);
        Assert.True(new PixelBox(18, 20, 21 + room.Width, 20 + room.Height).Contains(ink), $"{ink} in {room}");
        Assert.InRange(ink.Width, room.Width - 6, room.Width + 2);
        Assert.Equal(20 + room.Height, ink.Y2);
    }

    [Fact]
    public void Text_has_smooth_edges_and_its_own_colour()
    {
        using var image = new Image(new(100, 40));
        image.DrawText("Magma", new(5, 5), Font.Default, 24, new(0, 255, 0));
        var greens = new HashSet<int>();
        for (int i = 0; i < image.Pixels.Length; i += Image.Channels)
        {
            Assert.Equal(0, image.Pixels[i]);
            greens.Add(image.Pixels[i + 1]);
        }

        Assert.Contains(255, greens);
        Assert.True(greens.Count > 20);
    }

    [Fact]
    public void Size_and_file_of_a_font_are_checked()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["font.ttf"], "not a font");

        Assert.Throws<ArgumentException>(() => Font.Default.Measure("5", 0));
        Assert.Throws<FileNotFoundException>(() => new Font(folder["missing.ttf"]));
        Assert.Contains("font.ttf", Assert.Throws<InvalidDataException>(() => new Font(folder["font.ttf"])).Message);
        Assert.Equal(default, Font.Default.Measure("", 20));
    }

    private static string Boxes(Image image) => Expected(image, (x, y) => image.At(x, y) == (Ink.R, Ink.G, Ink.B));

    private static string Expected(Image image, Func<int, int, bool> inside) =>
        string.Join('\n', Enumerable.Range(0, image.Height).Select(y =>
            string.Concat(Enumerable.Range(0, image.Width).Select(x => inside(x, y) ? '#' : '.'))));

    private static PixelBox InkOf(Image image)
    {
        var box = new PixelBox(image.Width, image.Height, 0, 0);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                if (image.At(x, y) != (0, 0, 0))
                    box = box.Area == 0 && box.X2 == 0 ? new(x, y, x + 1, y + 1) : box.Union(new(x, y, x + 1, y + 1));
            }
        }
        return box;
    }
}
