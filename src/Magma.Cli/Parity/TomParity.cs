using System.Text.Json;

namespace Magma.Cli.Parity;

/// <summary>Trace-of-Mark: selection, quantisation and words beside the reference's, stage by stage.</summary>
internal static class TomParity
{
    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        string path = Path.Combine(folder, "cases.json");
        if (!File.Exists(path)) throw new InvalidDataException($"{folder} has no cases.json.");
        using JsonDocument golden = Read(path);
        foreach (JsonProperty section in golden.RootElement.EnumerateObject())
        {
            foreach (ParityVerdict verdict in Section(folder, section)) yield return verdict;
        }
    }

    private static IEnumerable<ParityVerdict> Section(string folder, JsonProperty section) => section.Name switch
    {
        "about" or "presets" => [],
        "cases" => section.Value.EnumerateArray().SelectMany(one => TomCaseParity.Run(folder, one)),
        "distance_filter" => TomUnitParity.DistanceFilter(section.Value),
        "homography" => TomUnitParity.HomographySection(folder, section.Value),
        "kmeans" => TomUnitParity.KMeansSection(folder, section.Value),
        "caption_cleaning" => TomUnitParity.Captions(section.Value),
        "semantic_turns" => TomUnitParity.SemanticTurns(section.Value),
        "captioner_turns" => TomUnitParity.CaptionerTurns(section.Value),
        "trace_replies" => TomUnitParity.Replies(section.Value),
        "trace_demo_prompt" => [TomUnitParity.DemoPrompt(section.Value)],
        "frame_font_sizes" => TomFrameParity.FontSizes(section.Value),
        "frame_pictures" => TomFrameParity.Pictures(folder, section.Value),
        _ => [new ParityVerdict(section.Name, ParityOutcome.NotBuilt)],
    };

    private static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not JSON: {problem.Message}", problem);
        }
    }
}
