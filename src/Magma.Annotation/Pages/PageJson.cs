using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Pages;

/// <summary>
/// The member <c>page</c> of a captured page's sample: how it was shown, and every element that was seen on it (boxes as [left, top, right, bottom] in
/// pixels of the file <c>screen.png</c> beside it). Members without a value are left out.
/// </summary>
public static class PageJson
{
    /// <summary>The extension of the picture without marks, in a shard.</summary>
    public const string ScreenFile = "screen.png";

    /// <summary>Describes a page.</summary>
    /// <param name="page">What was captured.</param>
    /// <param name="view">How it was shown.</param>
    /// <param name="address">Its address, without what differs between runs.</param>
    /// <param name="marks">The elements that have marks; the index in this list is the mark.</param>
    public static JsonObject Write(PageCapture page, PageView view, string address, IReadOnlyList<int> marks)
    {
        var numbers = new Dictionary<int, int>();
        for (int mark = 0; mark < marks.Count; mark++) numbers[marks[mark]] = mark;
        return new JsonObject
        {
            ["address"] = address,
            ["title"] = page.Title,
            ["viewport"] = new JsonArray(view.Viewport.Width, view.Viewport.Height),
            ["device_scale"] = view.DeviceScale,
            ["dark"] = view.Dark,
            ["settled"] = page.Settled,
            ["complete"] = page.Complete,
            ["elements"] = new JsonArray([.. page.Elements.Select((one, index) => Write(one, numbers.TryGetValue(index, out int mark) ? mark : null))]),
        };
    }

    /// <summary>Reads the elements of a page.</summary>
    /// <exception cref="InvalidDataException">They are not as <see cref="Write(PageCapture, PageView, string, IReadOnlyList{int})"/> writes them.</exception>
    public static IReadOnlyList<PageElement> ReadElements(JsonObject page)
    {
        try
        {
            return [.. page["elements"]!.AsArray().Select((one, index) => Read(one!.AsObject(), index))];
        }
        catch (Exception problem) when (problem is NullReferenceException or InvalidOperationException or FormatException or ArgumentException or JsonException)
        {
            throw new InvalidDataException($"The elements of a captured page cannot be read: {problem.Message}", problem);
        }
    }

    private static JsonObject Write(PageElement one, int? mark)
    {
        PixelBox box = one.Element.Box;
        var json = new JsonObject
        {
            ["box"] = new JsonArray(box.X1, box.Y1, box.X2, box.Y2),
            ["tag"] = one.Tag,
            ["kind"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Element.Kind.ToString()),
            ["interactable"] = one.Element.Interactable,
        };
        if (one.Role.Length > 0) json["role"] = one.Role;
        if (one.Name.Length > 0) json["name"] = one.Name;
        if (one.Element.Text is { } text) json["text"] = text;
        if (one.InputType is { } input) json["input"] = input;
        if (one.Value is { } value) json["value"] = value;
        if (one.Inline) json["inline"] = true;
        if (one.Parts.Count > 0) json["parts"] = new JsonArray([.. one.Parts.Select(part => (JsonNode)new JsonArray(part.X1, part.Y1, part.X2, part.Y2))]);
        if (one.Options.Count > 0) json["options"] = new JsonArray([.. one.Options.Select(option => JsonValue.Create(option))]);
        if (one.Parent is { } parent) json["parent"] = parent;
        if (mark is { } number) json["mark"] = number;
        return json;
    }

    private static PageElement Read(JsonObject one, int index)
    {
        int? parent = one["parent"]?.GetValue<int>();
        if (parent < 0 || parent >= index) throw new FormatException($"element {index} has the parent {parent}");
        string kind = one["kind"]!.GetValue<string>();
        ElementKind known = Enum.GetValues<ElementKind>().Cast<ElementKind?>()
            .FirstOrDefault(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!) == kind) ?? throw new FormatException($"'{kind}' is no kind");
        string Text(string name) => one[name]?.GetValue<string>() ?? "";
        PixelBox[] parts = [.. (one["parts"] as JsonArray ?? []).Select(part => BoxOf(part!, index))];
        string[] options = [.. (one["options"] as JsonArray ?? []).Select(option => option!.GetValue<string>())];
        return new PageElement(
            new ScreenElement(
                BoxOf(one["box"]!, index), one["text"]?.GetValue<string>(), known, one["interactable"]!.GetValue<bool>(), ElementSource.Dom, 1),
            Text("tag"), Text("role"), Text("name"), one["input"]?.GetValue<string>(), one["value"]?.GetValue<string>(), one["inline"]?.GetValue<bool>() ?? false,
            parent)
        {
            Parts = parts,
            Options = options,
        };
    }

    private static PixelBox BoxOf(JsonNode edges, int index) => edges.AsArray().Select(edge => edge!.GetValue<double>()).ToArray() is [var x1, var y1, var x2, var y2]
        ? new PixelBox(x1, y1, x2, y2)
        : throw new FormatException($"element {index} has a box that is not four numbers");
}
