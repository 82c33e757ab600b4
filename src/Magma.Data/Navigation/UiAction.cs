using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Magma.Data;

/// <summary>What an agent does on a screen.</summary>
public enum UiActionKind
{
    /// <summary>Press the mark.</summary>
    Click,

    /// <summary>Put text into the mark.</summary>
    Type,

    /// <summary>Choose the option with that text in the mark.</summary>
    Select,

    /// <summary>Move the page: UP, DOWN, LEFT or RIGHT.</summary>
    Scroll,

    /// <summary>BACK, HOME or ENTER.</summary>
    Navigate,

    /// <summary>The task is over: COMPLETE or IMPOSSIBLE.</summary>
    Status,
}

/// <summary>
/// One action on a screen, as Mind2Web's Set-of-Mark answers write it: <c>{"ACTION": "TYPE", "MARK": 14, "VALUE": "thai"}</c>. Click,
/// type and select name a mark; the other kinds, which follow AITW's, do not.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Mark">Number of the mark; null for kinds without one.</param>
/// <param name="Value">Text to type, option to select, or one of <see cref="ValuesOf"/>; null for a click.</param>
public sealed record UiAction(UiActionKind Kind, int? Mark = null, string? Value = null)
{
    /// <summary>What the reference writes where there is no value.</summary>
    public const string NoValue = "None";

    private const int MaxText = 100_000;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether actions of a kind name a mark.</summary>
    public static bool HasMark(UiActionKind kind) => kind is UiActionKind.Click or UiActionKind.Type or UiActionKind.Select;

    /// <summary>Whether the value is free text.</summary>
    public static bool HasText(UiActionKind kind) => kind is UiActionKind.Type or UiActionKind.Select;

    /// <summary>The values that a kind without free text can have; empty for a click.</summary>
    public static IReadOnlyList<string> ValuesOf(UiActionKind kind) => kind switch
    {
        UiActionKind.Scroll => ["UP", "DOWN", "LEFT", "RIGHT"],
        UiActionKind.Navigate => ["BACK", "HOME", "ENTER"],
        UiActionKind.Status => ["COMPLETE", "IMPOSSIBLE"],
        _ => [],
    };

    /// <summary>The answer's text.</summary>
    public string ToJson()
    {
        string mark = HasMark(Kind) ? $", \"MARK\": {(Mark ?? 0).ToString(CultureInfo.InvariantCulture)}" : "";
        return $"{{\"ACTION\": \"{NameOf(Kind)}\"{mark}, \"VALUE\": {JsonSerializer.Serialize(Value ?? NoValue, Plain)}}}";
    }

    /// <summary>Reads an answer. Fields may stand in any order.</summary>
    /// <param name="text">A JSON object.</param>
    /// <param name="marks">The marks that exist; null to accept every number.</param>
    /// <exception cref="InvalidDataException">It is no action; the message says what is wrong.</exception>
    public static UiAction Parse(string text, IReadOnlyCollection<int>? marks = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxText) throw new InvalidDataException($"An action has at most {MaxText} characters, this answer has {text.Length}.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            UiActionKind kind = KindOf(root.GetProperty("ACTION").GetString());
            int? mark = HasMark(kind) ? MarkOf(root.GetProperty("MARK"), marks) : null;
            string? value = root.TryGetProperty("VALUE", out JsonElement given) && given.ValueKind != JsonValueKind.Null ? given.GetString() : null;
            if (value == NoValue && !HasText(kind)) value = null;
            if (HasText(kind) && value is null) throw new InvalidDataException($"{NameOf(kind)} needs a VALUE.");
            if (kind == UiActionKind.Click) value = null;
            IReadOnlyList<string> allowed = ValuesOf(kind);
            if (allowed.Count > 0 && (value is null || !allowed.Contains(value)))
            {
                throw new InvalidDataException($"{NameOf(kind)} takes the values {string.Join(", ", allowed)}, not '{value}'.");
            }

            return new UiAction(kind, mark, value);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"This is no action: {problem.Message} Expected an object like {new UiAction(UiActionKind.Click, 5).ToJson()}.", problem);
        }
    }

    /// <summary>How the answer spells a kind.</summary>
    public static string NameOf(UiActionKind kind) => kind.ToString().ToUpperInvariant();

    private static UiActionKind KindOf(string? name)
    {
        foreach (UiActionKind kind in Enum.GetValues<UiActionKind>())
        {
            if (NameOf(kind) == name) return kind;
        }

        throw new InvalidDataException($"The action '{name}' is not known; expected {string.Join(", ", Enum.GetValues<UiActionKind>().Select(NameOf))}.");
    }

    private static int MarkOf(JsonElement element, IReadOnlyCollection<int>? marks)
    {
        int mark = element.ValueKind == JsonValueKind.String ? int.Parse(element.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) : element.GetInt32();
        if (mark < 0 || (marks is not null && !marks.Contains(mark))) throw new InvalidDataException($"There is no mark {mark}.");
        return mark;
    }
}
