using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Samples;
using Magma.Vision;

namespace Magma.Annotation.Tests.Inspection;

/// <summary>Small labelled data sets with screens whose elements are given.</summary>
internal static class Labelled
{
    public static readonly PixelSize Screen = new(480, 320);

    public static ScreenElement Button(double x, double y, string? text, double width = 90, double height = 30) =>
        new(PixelBox.FromXywh(x, y, width, height), text, ElementKind.Button, true, ElementSource.Detector, 0.9);

    /// <summary>The elements of a screen: buttons in a grid, named by screen and place.</summary>
    public static List<ScreenElement> Elements(int screen) =>
        [.. Enumerable.Range(0, 9).Select(i => Button(20 + (i % 3) * 150, 20 + (i / 3) * 90, $"button {screen}.{i}"))];

    public static Sample SampleOf(int screen, IReadOnlyList<ScreenElement> elements)
    {
        using var image = new Image(Screen);
        image.FillRectangle(Screen.ToBox(), new Color(240, 242, 245));
        foreach (ScreenElement element in elements) image.FillRectangle(element.Box, new Color(200, 208, 220));
        IReadOnlyList<Mark> marks = SetOfMark.Place([.. elements.Select(element => element.Box)], Screen);
        SetOfMark.Draw(image, marks);
        Sample sample = SetOfMark.ToSample($"{screen:d8}", new SampleImage(image.Encode(ImageFormat.Png), "png"), Screen, elements, marks, seed: 1)!;
        sample.Metadata["source"] = new JsonObject { ["name"] = $"screens/{screen}.png", ["sha256"] = "00" };
        return sample;
    }

    public static void Write(string folder, IEnumerable<Sample> samples) => ShardSamples.Write(folder, samples, "test 1", []);

    public static void Write(string folder, int screens, Func<int, List<ScreenElement>, IReadOnlyList<ScreenElement>> change) =>
        Write(folder, Enumerable.Range(0, screens).Select(screen => SampleOf(screen, change(screen, Elements(screen)))));
}
