using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception.Tests;

public sealed class OcrReaderTests(OcrFixture ocr) : IClassFixture<OcrFixture>
{
    [Fact]
    public void Drawn_text_is_read_back_with_its_place()
    {
        using Image image = Page(
            ("Account settings", 40, 30, 28), ("Save changes to your profile", 40, 90, 16), ("Total: $1,299.50", 400, 90, 18));
        IReadOnlyList<TextBox> boxes = ocr.Reader.Read(image);
        Assert.Equal(["Account settings", "Save changes to your profile", "Total: $1,299.50"], boxes.Select(box => box.Text));
        Assert.All(boxes, box => Assert.InRange(box.Score, 0.9, 1));
        Assert.InRange(boxes[0].Box.X1, 25, 45);
        Assert.InRange(boxes[0].Box.Y1, 20, 45);
        Assert.InRange(boxes[2].Box.X1, 385, 405);
    }

    [Fact]
    public void Light_text_on_dark_ground_is_read()
    {
        using var image = new Image(new(400, 100));
        image.FillRectangle(image.Size.ToBox(), new Color(17, 24, 39));
        image.DrawText("Sign in to continue", new(30, 36), Font.Default, 20, new Color(243, 244, 246));
        Assert.Equal("Sign in to continue", Assert.Single(ocr.Reader.Read(image)).Text);
    }

    [Fact]
    public void A_line_far_wider_than_the_recogniser_likes_is_read_in_one()
    {
        string text = string.Join(' ', Enumerable.Range(0, 30).Select(i => new[] { "market", "garden", "window", "letter", "bridge", "planet" }[i % 6]));
        using Image image = Page(new PixelSize(1900, 80), (text, 20, 30, 16));
        TextBox line = Assert.Single(ocr.Reader.Read(image));
        Assert.Equal(text, line.Text);
    }

    [Fact]
    public void A_picture_larger_than_one_part_is_read_across_the_seams()
    {
        using Image image = Page(new PixelSize(2600, 1500), ("Across the vertical seam", 1190, 300, 24), ("Across the other seam", 300, 738, 24));
        Assert.Equal(["Across the vertical seam", "Across the other seam"], ocr.Reader.Read(image).Select(box => box.Text));
    }

    [Fact]
    public void Turned_text_is_read_along_its_line()
    {
        using Image straight = Page(new PixelSize(500, 300), ("Turned by some degrees", 80, 130, 28));
        // Reading a turned quadrilateral of the straight picture turns the picture.
        using Image turned = Turn(straight, degrees: 12);
        Assert.Equal("Turned by some degrees", Assert.Single(ocr.Reader.Read(turned)).Text);
    }

    [Theory]
    [InlineData(1280, 900)]
    [InlineData(40, 40)]
    [InlineData(1, 1)]
    [InlineData(1, 10000)]
    [InlineData(10000, 1)]
    public void A_blank_picture_of_any_shape_has_no_text(int width, int height)
    {
        using Image image = Page(new PixelSize(width, height));
        Assert.Empty(ocr.Reader.Read(image));
    }

    [Fact]
    public void Noise_gives_a_result_or_none_but_no_failure()
    {
        using var image = new Image(new(300, 200));
        new Random(5).NextBytes(image.Pixels);
        Assert.All(ocr.Reader.Read(image), box => Assert.False(box.Box.IsEmpty));
    }

    [Fact]
    public void The_same_picture_gives_the_same_result_with_any_number_of_threads()
    {
        using Image image = Page(("First line of text", 20, 20, 15), ("Second, longer line of text 123", 20, 60, 17), ("Third", 300, 100, 22));
        using var single = new OcrReader(options: new OnnxOptions(Threads: 1));
        IReadOnlyList<TextBox> expected = ocr.Reader.Read(image);
        Assert.Equal(expected, ocr.Reader.Read(image));
        Assert.Equal(expected.Select(box => (box.Quad, box.Text)), single.Read(image).Select(box => (box.Quad, box.Text)));
    }

    [Fact]
    public void Several_threads_can_share_a_reader()
    {
        using Image image = Page(("A shared reader", 20, 20, 20));
        string[] texts = [.. ParallelEnumerable.Range(0, 6).Select(_ => ocr.Reader.Read(image).Single().Text)];
        Assert.All(texts, text => Assert.Equal("A shared reader", text));
    }

    [Fact]
    public void Reading_stops_when_it_is_cancelled()
    {
        using Image image = Page(("Text", 20, 20, 20));
        Assert.ThrowsAny<OperationCanceledException>(() => ocr.Reader.Read(image, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Memory_stays_flat_over_many_pictures()
    {
        void Read(int from, int count)
        {
            for (int i = from; i < from + count; i++)
            {
                using Image image = Page(new PixelSize(320 + i * 7 % 90, 120), ($"Picture number {i * 31}", 20, 20, 14 + i % 9), ($"{i} of many", 20, 70, 16));
                ocr.Reader.Read(image);
            }
        }
        Read(0, 60);
        long before = ResidentBytes();
        Read(60, 120);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 40L << 20);
    }

    [Fact]
    public void A_dictionary_that_does_not_fit_is_refused()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "a\nb\nc\n");
        var error = Assert.Throws<InvalidDataException>(() => new OcrReader(OcrModels.Installed with { Dictionary = path }));
        Assert.Contains("5 classes", error.Message);
        File.Delete(path);
    }

    [Fact]
    public void A_missing_model_is_refused_with_its_path()
    {
        var error = Assert.Throws<FileNotFoundException>(() => new OcrReader(OcrModels.Installed with { Recognizer = "/no/recognizer.onnx" }));
        Assert.Contains("/no/recognizer.onnx", error.Message);
    }

    private static Image Page(params (string Text, int X, int Y, int Size)[] lines) => Page(new PixelSize(640, 160), lines);

    private static Image Page(PixelSize size, params (string Text, int X, int Y, int Size)[] lines)
    {
        var image = new Image(size);
        image.FillRectangle(size.ToBox(), Color.White);
        foreach ((string text, int x, int y, int fontSize) in lines)
            image.DrawText(text, new(x, y), Font.Default, fontSize, new Color(31, 41, 55));
        return image;
    }

    private static Image Turn(Image image, double degrees)
    {
        double cos = Math.Cos(degrees * Math.PI / 180), sin = Math.Sin(degrees * Math.PI / 180);
        PixelPoint middle = image.Size.ToBox().Center;
        PixelPoint Corner(double x, double y) =>
            new(middle.X + (x - middle.X) * cos - (y - middle.Y) * sin, middle.Y + (x - middle.X) * sin + (y - middle.Y) * cos);
        var planes = new float[3 * image.Size.Area];
        image.CopyPlanes(
            new(Corner(0, 0), Corner(image.Width, 0), Corner(image.Width, image.Height), Corner(0, image.Height)),
            image.Size, new((0, 0, 0), (1, 1, 1)), planes, image.Size);
        var turned = new Image(image.Size);
        for (int i = 0; i < image.Size.Area; i++)
        {
            for (int c = 0; c < 3; c++)
                turned.Pixels[i * 3 + c] = (byte)planes[c * image.Size.Area + i];
        }
        return turned;
    }

    private static long ResidentBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}

public sealed class OcrFixture : IDisposable
{
    public OcrReader Reader { get; } = new();

    public void Dispose() => Reader.Dispose();
}
