using System.Text.Json;
using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Perception.Tests.Screens;

public sealed class LearnedDetectorTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "golden", "screens");

    [Theory]
    [InlineData("desktop", 0.8)]
    [InlineData("phone", 0.8)]
    public void Most_of_what_can_be_used_on_a_page_that_was_not_trained_on_is_found(string name, double least)
    {
        using LearnedDetector detector = LearnedDetector.Open();
        using Image image = Image.Load(Path.Combine(s_folder, $"{name}.png"));
        IReadOnlyList<DetectedIcon> found = detector.Detect(image);
        PixelBox[] truth = Usable(name);
        double recall = (double)truth.Count(box => found.Any(one => box.Contains(one.Box.Center))) / truth.Length;
        Assert.True(recall >= least, $"recall {recall:0.00} of {truth.Length}, {found.Count} found");
        Assert.True(found.Count <= 2 * truth.Length, $"{found.Count} found for {truth.Length}");
    }

    [Fact]
    public void The_same_picture_gives_the_same_boxes_from_several_threads_and_detectors()
    {
        using LearnedDetector detector = LearnedDetector.Open(), other = LearnedDetector.Open();
        using Image image = Image.Load(Path.Combine(s_folder, "desktop.png"));
        IReadOnlyList<DetectedIcon> once = detector.Detect(image);
        Assert.NotEmpty(once);
        Assert.Equal(once, other.Detect(image));
        var again = new IReadOnlyList<DetectedIcon>[4];
        Parallel.For(0, again.Length, index => again[index] = detector.Detect(image));
        Assert.All(again, found => Assert.Equal(once, found));
    }

    [Fact]
    public void Boxes_come_best_first_within_the_picture_and_without_doubles()
    {
        using LearnedDetector detector = LearnedDetector.Open();
        using Image image = Image.Load(Path.Combine(s_folder, "desktop.png"));
        IReadOnlyList<DetectedIcon> found = detector.Detect(image);
        Assert.Equal(found.OrderByDescending(one => one.Confidence), found);
        Assert.All(found, one => Assert.Equal(one.Box, one.Box.Clip(image.Size)));
        Assert.Equal(found, ElementCells.WithoutDoubles(found));
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(1, 1)]
    [InlineData(1, 10_000)]
    [InlineData(3840, 2160)]
    public void Strange_and_empty_screens_give_a_result(int width, int height)
    {
        using LearnedDetector detector = LearnedDetector.Open();
        using var image = new Image(new PixelSize(width, height));
        Assert.All(detector.Detect(image), one => Assert.True(one.Box.Area > 0));
    }

    [Theory]
    [InlineData(1280, 900, 1)]
    [InlineData(824, 1760, 520.0 / 824)]
    [InlineData(412, 880, 1)]
    [InlineData(1280, 10_000, 0.4506939)]
    public void Phones_and_very_large_screens_are_taken_smaller(int width, int height, double expected) =>
        Assert.Equal(expected, LearnedDetector.FactorOf(new PixelSize(width, height)), 6);

    private static PixelBox[] Usable(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, "usable.json")));
        return [.. json.RootElement.GetProperty(name).EnumerateArray().Select(box => new PixelBox(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble()))];
    }
}
