using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Tests;

/// <summary>Small runs over small pictures, with a labeller that finds the same boxes on every screen.</summary>
internal static class Runs
{
    public static void MakeInputs(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        for (int index = 0; index < count; index++)
        {
            using var image = new Image(new PixelSize(120 + index, 90));
            image.FillRectangle(new PixelBox(10, 10, 60, 40), new Color((byte)(index * 7), 200, 90));
            image.Save(Path.Combine(folder, $"screen-{index:D3}.png"));
        }
    }

    public static RunPlan Plan(InputFiles inputs, int itemsPerShard = 4, long seed = 1) => new(
        "images", "magma test", new JsonObject { ["seed"] = seed }, itemsPerShard, [.. inputs.Names.Select(name => new PlannedItem(name))]);

    public static RunResult Execute(
        string folder, string output, int workers = 1, bool resume = false, RunShare? share = null, Func<ILabeller>? labeller = null,
        Action<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        InputFiles inputs = InputFiles.Find([folder], ScreenshotLabeller.Extensions);
        return new AnnotationRun(
            Plan(inputs), inputs.Root, labeller ?? (() => new ScreenshotLabeller(Parse, seed: 1)),
            new RunOptions(output, workers, resume, share ?? RunShare.Whole)).Execute(progress, cancel);
    }

    public static IReadOnlyList<ScreenElement> Parse(Image image) =>
    [
        new(new PixelBox(10, 10, 60, 40), $"Save {image.Width}", ElementKind.Button, true, ElementSource.Dom, 1),
        new(new PixelBox(10, 60, 100, 80), "Name", ElementKind.Input, true, ElementSource.Dom, 1),
    ];
}
