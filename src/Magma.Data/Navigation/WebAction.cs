using System.Text.Encodings.Web;
using System.Text.Json;

namespace Magma.Data;

/// <summary>What is done on a web page.</summary>
public enum WebActionKind
{
    /// <summary>Click an element.</summary>
    Click,

    /// <summary>Type into an element.</summary>
    Type,

    /// <summary>Choose an option of an element.</summary>
    Select,
}

/// <summary>
/// One step on a web page in the format of Mind2Web with marks: <c>{"ACTION": "TYPE", "MARK": 14, "VALUE": "thai"}</c>, written as Python writes JSON.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Mark">The marked element, from 0.</param>
/// <param name="Value">What is typed or chosen; null for a click, written as <c>"None"</c>.</param>
public sealed record WebAction(WebActionKind Kind, int Mark, string? Value)
{
    /// <summary>The action as the model says it.</summary>
    public string Format() =>
        $"{{\"ACTION\": \"{Kind.ToString().ToUpperInvariant()}\", \"MARK\": {Mark}, \"VALUE\": {ActionJson.Quote(Value ?? "None")}}}";

    /// <summary>Reads an action. The value <c>None</c> of a click is no value.</summary>
    /// <exception cref="FormatException">The text is no such action; the message says what is wrong.</exception>
    public static WebAction Parse(string text)
    {
        JsonElement json = ActionJson.Read(text);
        WebActionKind kind = ActionJson.Text(json, "ACTION") switch
        {
            "CLICK" => WebActionKind.Click,
            "TYPE" => WebActionKind.Type,
            "SELECT" => WebActionKind.Select,
            var other => throw new FormatException($"'{other}' is no action; CLICK, TYPE or SELECT was expected."),
        };
        int mark = ActionJson.Mark(json);
        string? value = json.TryGetProperty("VALUE", out JsonElement given) && given.ValueKind != JsonValueKind.Null ? ActionJson.Text(json, "VALUE") : null;
        if (kind == WebActionKind.Click) return new WebAction(kind, mark, value == "None" ? null : value);
        return new WebAction(kind, mark, value ?? throw new FormatException("What is typed or chosen was expected in VALUE."));
    }

    /// <summary>The prompt of a step (sample of the published data; its spelling is kept).</summary>
    /// <param name="task">What the user wants.</param>
    /// <param name="history">Steps so far, such as <c>[link] Store Locator -> CLICK</c>; how the first step was asked for was not published.</param>
    public static string Prompt(string task, IReadOnlyList<string> history) =>
        "Imagine that you are imitating humans doing web navigation for a task step by step. At each stage, you can see the webpage like humans by a "
        + "screenshot and know the previous actions before the current step decided by yourself through recorded history. You need to decide on the "
        + "following action to take. You can click an element with the mouse, select an option, or type text with the keyboard. The output format "
        + "should be a dictionary like: \n\"{\"ACTION\": \"CLICK\" or \"TYPE\" or \"SELECT\", \"MARK\": a numeric id, e.g., 5, \"VALUE\": a string value "
        + $"for the action if applicable, otherwise None}}\".\nYou are asked to complete the following task: {task}. "
        + (history.Count > 0 ? $"The previous actions you have taken: \n\n{string.Join('\n', history)}\n" : "\n")
        + "For your convinience, I have labeled the candidates with numeric marks and bounding boxes on the screenshot. What is the next action you "
        + "would take?";
}

/// <summary>Reads and writes the small JSON objects that actions are.</summary>
internal static class ActionJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Quote(string text) => JsonSerializer.Serialize(text, Plain);

    public static JsonElement Read(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.Clone()
                : throw new FormatException($"An action is a JSON object; a {json.RootElement.ValueKind} was given.");
        }
        catch (JsonException problem)
        {
            throw new FormatException($"An action is a JSON object; this is not JSON: {problem.Message}", problem);
        }
    }

    public static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"A text was expected in {name}.");

    public static int Mark(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("MARK", out JsonElement mark) && mark.ValueKind == JsonValueKind.Number
            && mark.TryGetInt32(out int number) && number >= 0
            ? number
            : throw new FormatException("A whole number from 0 was expected in MARK.");
}
