using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Inspection;

/// <summary>A mark as a sample's metadata tell of it: the box of a screen element, or the path of a traced point.</summary>
/// <param name="Number">The number that is drawn.</param>
/// <param name="Box">The marked box, in pixels; null for a traced point.</param>
/// <param name="Path">Where the point goes, in pixels of the marked picture; empty for a box.</param>
/// <param name="Text">What the element says; null when nothing is known.</param>
/// <param name="Kind">The element's kind, or foreground and background for a point.</param>
public sealed record SampleMark(int Number, PixelBox? Box, IReadOnlyList<PixelPoint> Path, string? Text, string Kind)
{
    /// <summary>
    /// The marks of a sample, from the members <c>elements</c> (Set-of-Mark) or <c>marks</c> (Trace-of-Mark); empty when it has neither.
    /// </summary>
    /// <exception cref="InvalidDataException">A member is there, but not as the labellers write it.</exception>
    public static IReadOnlyList<SampleMark> Of(Sample sample)
    {
        try
        {
            if (sample.Metadata["elements"] is JsonArray elements) return [.. elements.Select(element => OfElement(element!.AsObject()))];
            if (sample.Metadata["marks"] is JsonArray marks) return [.. marks.Select(mark => OfTrace(mark!.AsObject()))];
            return [];
        }
        catch (Exception problem) when (problem is InvalidOperationException or FormatException or NullReferenceException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"sample {sample.Key}: its marks are not as a labeller writes them: {problem.Message}", problem);
        }
    }

    /// <summary>The size of the marked picture that the metadata state; null when they do not.</summary>
    public static PixelSize? StatedSize(Sample sample)
    {
        if (sample.Metadata["size"] is JsonArray { Count: 2 } size && IsNumber(size[0]) && IsNumber(size[1]))
            return new PixelSize((int)size[0]!.GetValue<double>(), (int)size[1]!.GetValue<double>());
        return IsNumber(sample.Metadata["width"]) && IsNumber(sample.Metadata["height"])
            ? new PixelSize((int)sample.Metadata["width"]!.GetValue<double>(), (int)sample.Metadata["height"]!.GetValue<double>())
            : null;
    }

    private static bool IsNumber(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number;

    private static SampleMark OfElement(JsonObject element)
    {
        JsonArray box = element["box"]!.AsArray();
        double Edge(int i) => box[i]!.GetValue<double>();
        return new SampleMark(
            element["mark"]!.GetValue<int>(), new PixelBox(Edge(0), Edge(1), Edge(2), Edge(3)), [], element["text"]?.GetValue<string>(),
            element["kind"]?.GetValue<string>() ?? "element");
    }

    private static SampleMark OfTrace(JsonObject mark)
    {
        PixelPoint[] path =
            [.. mark["path"]!.AsArray().Select(point => new PixelPoint(point![0]!.GetValue<double>(), point[1]!.GetValue<double>()))];
        bool foreground = mark["foreground"]?.GetValue<bool>() ?? false;
        return new SampleMark(mark["number"]!.GetValue<int>(), null, path, null, foreground ? "foreground" : "background");
    }
}
