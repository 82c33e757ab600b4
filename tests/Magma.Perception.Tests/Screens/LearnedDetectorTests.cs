using System.Text.Json;
using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Perception.Tests.Screens;

public sealed class LearnedDetectorTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "golden", "screens");

    [Theory]
    [InlineData("desktop", 0.85, 0.8)]
    [InlineData("phone", 0.85, 0.74)]
    public void Most_of_what_can_be_used_on_pages_that_were_not_trained_on_is_found(string window, double leastRecall, double leastPrecision)
    {
        using LearnedDetector detector = LearnedDetector.Open();
        int usable = 0, hit = 0, found = 0, right = 0;
        foreach ((string name, PixelBox[] truth) in Usable().Where(page => page.Key.StartsWith(window, StringComparison.Ordinal)))
        {
            using Image image = Image.Load(Path.Combine(s_folder, $"{name}.png"));
            IReadOnlyList<DetectedIcon> icons = detector.Detect(image);
            usable += truth.Length;
            hit += truth.Count(box => icons.Any(one => box.Contains(one.Box.Center)));
            found += icons.Count;
            right += icons.Count(one => truth.Any(box => box.Contains(one.Box.Center)));
        }

        double recall = (double)hit / usable, precision = (double)right / found;
        Assert.True(recall >= leastRecall && precision >= leastPrecision, $"recall {recall:0.000} of {usable}, precision {precision:0.000} of {found}");
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

    private static Dictionary<string, PixelBox[]> Usable()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, "usable.json")));
        return json.RootElement.EnumerateObject().ToDictionary(
            page => page.Name,
            page => page.Value.EnumerateArray().Select(box => new PixelBox(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble())).ToArray());
    }
}
