using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Perception.Tests;

public sealed class OnnxElementDetectorTests
{
    private static readonly DetectorMap Map =
        new([new DetectorClass(ElementKind.Button, null), new DetectorClass(ElementKind.Image, true)], Confidence: 0.3);

    private static string Network(string name) => Repository.Golden("yolo", name);

    [Theory]
    [InlineData("cells-v8.onnx", 1)]
    [InlineData("cells-v5.onnx", 0.5)]
    public void Boxes_come_back_in_pixels_of_the_picture_whatever_the_layout_of_the_output(string network, double confidence)
    {
        using var detector = new OnnxElementDetector(Network(network), Map);
        // Scaled by a quarter and put in the middle: 16 rows of gray above and below.
        using var screen = new Image(new PixelSize(256, 128));
        screen.FillRectangle(new PixelBox(32, 0, 64, 32), new Color(255, 0, 0));
        screen.FillRectangle(new PixelBox(192, 96, 224, 128), new Color(0, 255, 0));

        IReadOnlyList<DetectedIcon> found = detector.Detect(screen);

        Assert.Equal([new PixelBox(32, 0, 64, 32), new PixelBox(192, 96, 224, 128)], found.Select(one => one.Box));
        Assert.Equal([ElementKind.Button, ElementKind.Image], found.Select(one => one.Kind));
        Assert.Equal([true, true], found.Select(one => one.IsUsable));
        Assert.All(found, one => Assert.Equal(confidence, one.Confidence, 0.02));
    }

    [Fact]
    public void A_network_for_any_size_gets_the_picture_at_the_size_of_the_class_map()
    {
        using var detector = new OnnxElementDetector(Network("any-size.onnx"), new DetectorMap([new DetectorClass(ElementKind.Icon, false)], Size: 64));
        using var screen = new Image(new PixelSize(128, 128));
        screen.FillRectangle(screen.Size.ToBox(), new Color(255, 255, 255));

        DetectedIcon found = Assert.Single(detector.Detect(screen));

        Assert.Equal(new PixelBox(32, 32, 96, 96), found.Box);
        Assert.False(found.IsUsable);
    }

    [Fact]
    public void Doubles_are_taken_out_and_weak_boxes_dropped()
    {
        using var screen = new Image(new PixelSize(64, 64));
        screen.FillRectangle(new PixelBox(8, 8, 24, 16), new Color(255, 0, 0));
        screen.FillRectangle(new PixelBox(40, 40, 48, 48), new Color(60, 0, 0));
        using var all = new OnnxElementDetector(Network("cells-v8.onnx"), Map with { Confidence = 0.1 });
        using var strong = new OnnxElementDetector(Network("cells-v8.onnx"), Map);
        Assert.Equal(3, all.Detect(screen).Count);
        Assert.Equal([new PixelBox(8, 8, 16, 16), new PixelBox(16, 8, 24, 16)], strong.Detect(screen).Select(one => one.Box));
    }

    [Fact]
    public void A_class_map_that_does_not_fit_the_network_is_refused_with_both_shapes()
    {
        var three = new DetectorMap([.. Enumerable.Repeat(new DetectorClass(ElementKind.Icon, null), 3)]);
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => new OnnxElementDetector(Network("cells-v8.onnx"), three));
        Assert.Contains("[1, 6, 64]", problem.Message);
        Assert.Contains("[1, 7, boxes]", problem.Message);
        Assert.Contains("3 classes", problem.Message);
    }

    [Fact]
    public void A_network_that_is_no_detector_is_refused_with_its_inputs_or_outputs()
    {
        InvalidDataException problem =
            Assert.Throws<InvalidDataException>(() => new OnnxElementDetector(Repository.Golden("onnx", "classifier.onnx"), Map));
        Assert.Contains("logits", problem.Message);
        Assert.Throws<FileNotFoundException>(() => new OnnxElementDetector(Network("none.onnx"), Map));
    }

    [Fact]
    public void A_picture_like_a_thread_is_refused()
    {
        using var detector = new OnnxElementDetector(Network("cells-v8.onnx"), Map);
        using var thread = new Image(new PixelSize(1, 10000));
        Assert.Contains("1×10000", Assert.Throws<InvalidDataException>(() => detector.Detect(thread)).Message);
    }

    [Fact]
    public void The_parser_works_with_it_instead_of_its_own_rules()
    {
        using var parser = ScreenParser.Open(threads: 1, new OnnxElementDetector(Network("cells-v8.onnx"), Map));
        using var screen = new Image(new PixelSize(256, 256));
        screen.FillRectangle(new PixelBox(64, 64, 96, 96), new Color(255, 0, 0));
        ScreenElement found = Assert.Single(parser.Parse(screen));
        Assert.Equal((ElementKind.Button, true, ElementSource.Detector), (found.Kind, found.Interactable, found.Source));
        Assert.True(found.Box.IntersectionOverUnion(new PixelBox(64, 64, 96, 96)) > 0.99);
    }
}
