using System.Text.Json;

namespace Magma.Datasets.Released;

/// <summary>An answer of Magma-Mind2Web-SoM: <c>{"ACTION": "TYPE", "MARK": 14, "VALUE": "thai"}</c>.</summary>
/// <param name="Action"><c>CLICK</c>, <c>TYPE</c> or <c>SELECT</c>.</param>
/// <param name="Mark">The number of the mark to act on.</param>
/// <param name="Value">What to type or choose; null where the file says <c>None</c>.</param>
public sealed record Mind2WebAnswer(string Action, int Mark, string? Value)
{
    /// <summary>Reads an answer.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Mind2WebAnswer Parse(string answer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            JsonElement root = json.RootElement;
            string action = root.GetProperty("ACTION").GetString() ?? "";
            if (action is not ("CLICK" or "TYPE" or "SELECT")) throw new InvalidDataException($"'{answer}' has the unknown action '{action}'.");
            string? value = root.TryGetProperty("VALUE", out JsonElement text) ? text.GetString() : null;
            return new Mind2WebAnswer(action, root.GetProperty("MARK").GetInt32(), value == "None" ? null : value);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{answer}' is no answer of Mind2Web: {problem.Message}", problem);
        }
    }
}
