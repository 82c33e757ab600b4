using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Magma.Vision;

namespace Magma.Data;

/// <summary>One step on an Android device in the format of AITW with marks, such as <c>{"TAP": {"MARK": 0}}</c>.</summary>
public abstract record AndroidAction
{
    private static readonly string[] Directions = ["UP", "DOWN", "LEFT", "RIGHT"];
    private static readonly string[] Buttons = ["BACK", "HOME", "ENTER"];
    private static readonly string[] Statuses = ["COMPLETE", "IMPOSSIBLE"];

    private AndroidAction()
    {
    }

    /// <summary>Tap a marked element.</summary>
    /// <param name="Mark">Its number, from 0.</param>
    public sealed record TapMark(int Mark) : AndroidAction;

    /// <summary>Tap a point.</summary>
    /// <param name="Point">As fractions of the picture; written as [y, x].</param>
    public sealed record TapPoint(NormalizedPoint Point) : AndroidAction;

    /// <summary>Swipe.</summary>
    /// <param name="Direction">UP, DOWN, LEFT or RIGHT.</param>
    public sealed record Swipe(string Direction) : AndroidAction;

    /// <summary>Press a key of the device.</summary>
    /// <param name="Button">BACK, HOME or ENTER.</param>
    public sealed record Navigate(string Button) : AndroidAction;

    /// <summary>Type.</summary>
    /// <param name="Text">What is typed; may be empty.</param>
    public sealed record TypeText(string Text) : AndroidAction;

    /// <summary>Say how the task ended.</summary>
    /// <param name="Status">COMPLETE or IMPOSSIBLE.</param>
    public sealed record SetStatus(string Status) : AndroidAction;

    /// <summary>The action as the model says it; a point under the key <c>Coordinate</c>, as in the published samples.</summary>
    public string Format() => this switch
    {
        TapMark tap => $"{{\"TAP\": {{\"MARK\": {tap.Mark}}}}}",
        TapPoint tap => $"{{\"TAP\": {{\"Coordinate\": [{Number(tap.Point.Y)}, {Number(tap.Point.X)}]}}}}",
        Swipe swipe => $"{{\"SWIPE\": {ActionJson.Quote(swipe.Direction)}}}",
        Navigate navigate => $"{{\"NAVIGATE\": {ActionJson.Quote(navigate.Button)}}}",
        TypeText type => $"{{\"TYPE\": {ActionJson.Quote(type.Text)}}}",
        SetStatus status => $"{{\"SET_TASK_STATUS\": {ActionJson.Quote(status.Status)}}}",
        _ => throw new InvalidOperationException($"{GetType().Name} is no action"),
    };

    /// <summary>Reads an action; a point may stand under <c>Coordinate</c> or under <c>NORMALIZED_COORDINATE</c>, the key of the prompt.</summary>
    /// <exception cref="InvalidDataException">The text is no such action; the message says what is wrong.</exception>
    public static AndroidAction Parse(string text)
    {
        JsonProperty[] members = [.. ActionJson.Read(text).EnumerateObject()];
        if (members.Length != 1) throw new InvalidDataException($"One action was expected; {members.Length} were given.");
        JsonElement value = members[0].Value;
        return members[0].Name switch
        {
            "TAP" => Tap(value),
            "SWIPE" => new Swipe(OneOf(Directions, value, "SWIPE")),
            "NAVIGATE" => new Navigate(OneOf(Buttons, value, "NAVIGATE")),
            "TYPE" => new TypeText(value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new InvalidDataException("A text was expected in TYPE.")),
            "SET_TASK_STATUS" => new SetStatus(OneOf(Statuses, value, "SET_TASK_STATUS")),
            var other => throw new InvalidDataException($"'{other}' is no action; TAP, SWIPE, NAVIGATE, TYPE or SET_TASK_STATUS was expected."),
        };
    }

    private static AndroidAction Tap(JsonElement where)
    {
        if (where.ValueKind != JsonValueKind.Object || where.EnumerateObject().Count() != 1)
        {
            throw new InvalidDataException("One of MARK and NORMALIZED_COORDINATE was expected in TAP.");
        }

        if (!where.TryGetProperty("Coordinate", out JsonElement point) && !where.TryGetProperty("NORMALIZED_COORDINATE", out point))
        {
            return new TapMark(ActionJson.Mark(where));
        }

        double[] yx = point.ValueKind == JsonValueKind.Array && point.EnumerateArray().All(number => number.ValueKind == JsonValueKind.Number)
            ? [.. point.EnumerateArray().Select(number => number.GetDouble())]
            : [];
        return yx.Length == 2 && yx.All(number => number is >= 0 and <= 1)
            ? new TapPoint(new NormalizedPoint(yx[1], yx[0]))
            : throw new InvalidDataException("A point [y, x] with fractions from 0 to 1 was expected in TAP.");
    }

    private static string OneOf(string[] allowed, JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String && allowed.Contains(value.GetString())
            ? value.GetString()!
            : throw new InvalidDataException($"One of {string.Join(", ", allowed)} was expected in {name}.");

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
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
                : throw new InvalidDataException($"An action is a JSON object; a {json.RootElement.ValueKind} was given.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"An action is a JSON object; this is not JSON: {problem.Message}", problem);
        }
    }

    public static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InvalidDataException($"A text was expected in {name}.");

    public static int Mark(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("MARK", out JsonElement mark) && mark.ValueKind == JsonValueKind.Number
            && mark.TryGetInt32(out int number) && number >= 0
            ? number
            : throw new InvalidDataException("A whole number from 0 was expected in MARK.");
}
