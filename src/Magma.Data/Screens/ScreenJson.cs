using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Vision;

namespace Magma.Data;

/// <summary>Parsed screens as JSON: our own form, and the answer of OmniParser's server.</summary>
public static class ScreenJson
{
    /// <summary>
    /// Our own form: <c>size</c>, <c>unit</c>, <c>elements</c> in the order of their marks (<c>id</c>, <c>box</c>, <c>kind</c>, <c>text</c>, <c>interactable</c>,
    /// <c>source</c>, <c>confidence</c>, <c>parent</c>), and <c>reading_order</c>. Parents and reading order name elements by id.
    /// </summary>
    /// <param name="frame">The screen.</param>
    public static JsonObject Write(ScreenFrame frame) => new()
    {
        ["size"] = new JsonArray(frame.Size.Width, frame.Size.Height),
        ["unit"] = "pixels; boxes are [left, top, right, bottom]",
        ["elements"] = new JsonArray([.. frame.Elements.Select((element, index) => (JsonNode)new JsonObject
        {
            ["id"] = frame.Ids[index],
            ["box"] = Edges(element.Box),
            ["kind"] = NameOf(element.Kind),
            ["text"] = element.Text,
            ["interactable"] = element.Interactable,
            ["source"] = NameOf(element.Source),
            ["confidence"] = Math.Round(element.Confidence, 4),
            ["parent"] = frame.Parents[index] is { } parent ? frame.Ids[parent] : null,
        })]),
        ["reading_order"] = new JsonArray([.. frame.ReadingOrder.Select(index => JsonValue.Create(frame.Ids[index]))]),
    };

    /// <summary>
    /// The answer of OmniParser's <c>POST /parse/</c> (microsoft/OmniParser, omnitool): the marked picture, <c>parsed_content_list</c> with a
    /// <c>type</c> (text or icon), a <c>bbox</c> of fractions [left, top, right, bottom], <c>interactivity</c>, <c>content</c> (null where nothing is known:
    /// nothing is captioned here) and <c>source</c> each, and the seconds it took.
    /// </summary>
    /// <param name="size">The size of the picture.</param>
    /// <param name="elements">What is on it; an element's place in the list is its mark.</param>
    /// <param name="marked">The picture with marks, as PNG.</param>
    /// <param name="latency">How long parsing took.</param>
    public static JsonObject WriteOmniParser(PixelSize size, IReadOnlyList<ScreenElement> elements, ReadOnlySpan<byte> marked, TimeSpan latency) => new()
    {
        ["som_image_base64"] = Convert.ToBase64String(marked),
        ["parsed_content_list"] = new JsonArray([.. elements.Select(element => (JsonNode)new JsonObject
        {
            ["type"] = element.Source == ElementSource.Ocr ? "text" : "icon",
            ["bbox"] = Fractions(element.Box.Normalize(size)),
            ["interactivity"] = element.Interactable,
            ["content"] = element.Text,
            ["source"] = element.Source == ElementSource.Ocr ? "box_ocr_content_ocr"
                : element.Text is null ? "box_yolo_content_yolo" : "box_yolo_content_ocr",
        })]),
        ["latency"] = Math.Round(latency.TotalSeconds, 4),
    };

    private static JsonArray Edges(PixelBox box) =>
        new(Math.Round(box.X1, 2), Math.Round(box.Y1, 2), Math.Round(box.X2, 2), Math.Round(box.Y2, 2));

    private static JsonArray Fractions(NormalizedBox box) =>
        new(Math.Round(box.X1, 6), Math.Round(box.Y1, 6), Math.Round(box.X2, 6), Math.Round(box.Y2, 6));

    private static string NameOf(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
