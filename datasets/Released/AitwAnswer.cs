using System.Text.Json;
using Magma.Vision;

namespace Magma.Datasets.Released;

/// <summary>What an answer of Magma-AITW-SoM does.</summary>
public enum AitwAction
{
    /// <summary>Tap a mark or a point.</summary>
    Tap,

    /// <summary>Swipe; the text is UP, DOWN, LEFT or RIGHT.</summary>
    Swipe,

    /// <summary>Press a key; the text is BACK, HOME or ENTER.</summary>
    Navigate,

    /// <summary>Type the text.</summary>
    Type,

    /// <summary>End; the text is COMPLETE or IMPOSSIBLE.</summary>
    SetTaskStatus,
}

/// <summary>An answer of Magma-AITW-SoM: one key that names the action, with its value.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Mark">The mark to tap; null when a point is given, and for other actions.</param>
/// <param name="Point">The point to tap, as fractions of the screen; the file has it as [y, x].</param>
/// <param name="Text">The value of all other actions.</param>
public sealed record AitwAnswer(AitwAction Action, int? Mark, NormalizedPoint? Point, string? Text)
{
    /// <summary>Reads an answer; a tapped point may be under <c>Coordinate</c> (as in the data) or <c>NORMALIZED_COORDINATE</c> (as in the prompt).</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static AitwAnswer Parse(string answer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            JsonProperty only = json.RootElement.EnumerateObject().Single();
            return only.Name switch
            {
                "TAP" => Tap(only.Value),
                "SWIPE" => Of(AitwAction.Swipe, only.Value, "UP", "DOWN", "LEFT", "RIGHT"),
                "NAVIGATE" => Of(AitwAction.Navigate, only.Value, "BACK", "HOME", "ENTER"),
                "TYPE" => new AitwAnswer(AitwAction.Type, null, null, only.Value.GetString()),
                "SET_TASK_STATUS" => Of(AitwAction.SetTaskStatus, only.Value, "COMPLETE", "IMPOSSIBLE"),
                _ => throw new InvalidDataException($"'{answer}' has the unknown action '{only.Name}'."),
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{answer}' is no answer of AITW: {problem.Message}", problem);
        }
    }

    private static AitwAnswer Tap(JsonElement value)
    {
        if (value.TryGetProperty("MARK", out JsonElement mark)) return new AitwAnswer(AitwAction.Tap, mark.GetInt32(), null, null);
        JsonElement point = value.TryGetProperty("Coordinate", out JsonElement given) ? given : value.GetProperty("NORMALIZED_COORDINATE");
        if (point.GetArrayLength() != 2) throw new InvalidDataException($"A tapped point has {point.GetArrayLength()} coordinates instead of [y, x].");
        return new AitwAnswer(AitwAction.Tap, null, new NormalizedPoint(point[1].GetDouble(), point[0].GetDouble()), null);
    }

    private static AitwAnswer Of(AitwAction action, JsonElement value, params ReadOnlySpan<string> known)
    {
        string text = value.GetString() ?? "";
        if (!known.Contains(text)) throw new InvalidDataException($"{action} '{text}' is unknown.");
        return new AitwAnswer(action, null, null, text);
    }
}
