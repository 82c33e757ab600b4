using System.Text.Json.Nodes;
using Magma.Annotation.Pages;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Evaluation;

/// <summary>One captured screen, what its document says, and what a parser saw in its pixels.</summary>
/// <param name="Name">The page and its window.</param>
/// <param name="Truth">What is there.</param>
/// <param name="Found">What the parser takes for interactable.</param>
/// <param name="Overlap">What belongs together by overlap.</param>
/// <param name="Centre">What belongs together by centre.</param>
/// <param name="Scale">Pixels of the picture per CSS pixel.</param>
public sealed record EvaluatedScreen(
    string Name, IReadOnlyList<TruthElement> Truth, IReadOnlyList<ScreenElement> Found, ScreenMatch Overlap, ScreenMatch Centre, double Scale);

/// <summary>Holds a parser of pictures to what the documents of captured pages say.</summary>
public static class ScreenEvaluation
{
    /// <summary>The captured pages in a folder that <c>magma annotate pages</c> made, in the order of their shards.</summary>
    /// <exception cref="InvalidDataException">It holds none, or a shard is broken.</exception>
    public static IEnumerable<Sample> CapturesOf(string folder)
    {
        string shards = Path.Combine(folder, ShardManifest.ShardFolder);
        string[] paths = Directory.Exists(shards) ? [.. Directory.EnumerateFiles(shards, "*.tar").Order(StringComparer.Ordinal)] : [];
        if (paths.Length == 0) throw new InvalidDataException($"{folder} holds no shards of captured pages; make them with magma annotate pages.");
        bool any = false;
        foreach (Sample sample in paths.SelectMany(ShardReader.Read))
        {
            if (!sample.Files.ContainsKey(PageJson.ScreenFile) || sample.Metadata["page"] is not JsonObject) continue;
            any = true;
            yield return sample;
        }

        if (!any) throw new InvalidDataException($"The samples in {folder} are no captured pages; make them with magma annotate pages.");
    }

    /// <summary>Evaluates one screen.</summary>
    /// <param name="sample">A captured page.</param>
    /// <param name="image">Its picture without marks.</param>
    /// <param name="parse">The parser.</param>
    public static EvaluatedScreen Evaluate(Sample sample, Image image, Func<Image, IReadOnlyList<ScreenElement>> parse)
    {
        JsonObject page = sample.Metadata["page"]!.AsObject();
        IReadOnlyList<TruthElement> truth = ScreenTruth.Of(PageJson.ReadElements(page), image);
        ScreenElement[] found = [.. parse(image).Where(element => element.Interactable)];
        PixelBox[] boxes = [.. found.Select(element => element.Box)];
        string name = $"{sample.Metadata["source"]?["name"]} {sample.Metadata["source"]?["view"]}";
        return new EvaluatedScreen(
            name, truth, found, ScreenMatch.ByOverlap(truth, boxes), ScreenMatch.ByCentre(truth, boxes), page["device_scale"]?.GetValue<double>() ?? 1);
    }

    /// <summary>The picture of an evaluated screen: found green, missed red, false orange, optional grey.</summary>
    public static void Draw(Image image, EvaluatedScreen screen, ScreenMatch match)
    {
        for (int index = 0; index < screen.Truth.Count; index++)
        {
            if (screen.Truth[index].Optional) image.DrawRectangle(screen.Truth[index].Box, new Color(150, 150, 150), 1);
        }

        foreach (int index in match.False) image.DrawRectangle(screen.Found[index].Box, new Color(255, 140, 0), 2);
        for (int index = 0; index < screen.Truth.Count; index++)
        {
            if (!screen.Truth[index].Optional)
                image.DrawRectangle(screen.Truth[index].Box, match.OfTruth[index] is null ? new Color(220, 0, 0) : new Color(0, 150, 60), 2);
            if (match.OfTruth[index] is { } found) image.DrawRectangle(screen.Found[found].Box, new Color(40, 90, 230), 1);
        }
    }
}
