using System.Text.Json;

namespace Magma.Models.Networks;

/// <summary>Reads members of a JSON object and gathers what is wrong instead of stopping at the first problem.</summary>
internal sealed class ConfigReader
{
    private readonly JsonElement element;
    private readonly string name;
    private readonly ICollection<string> problems;

    /// <param name="element">The object; undefined where it is missing, which is told already.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="problems">Receives a sentence per problem.</param>
    public ConfigReader(JsonElement element, string name, ICollection<string> problems)
    {
        (this.element, this.name, this.problems) = (element, name, problems);
        if (element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)) problems.Add($"{name} must be an object, not of kind {element.ValueKind}");
    }

    public JsonElement? Member(string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string Text(string key, string fallback)
    {
        if (Member(key) is not { } value) return fallback;
        if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        problems.Add($"{name}.{key} must be a text, not {value.GetRawText()}");
        return fallback;
    }

    public bool Flag(string key, bool fallback)
    {
        if (Member(key) is not { } value) return fallback;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        problems.Add($"{name}.{key} must be true or false, not {value.GetRawText()}");
        return fallback;
    }

    public double Number(string key, double fallback)
    {
        if (Member(key) is not { } value) return fallback;
        if (value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) && value.GetDouble() > 0) return value.GetDouble();
        problems.Add($"{name}.{key} must be a number above 0, not {value.GetRawText()}");
        return fallback;
    }

    /// <summary>A whole number in a range; null as fallback demands the member.</summary>
    public int Integer(string key, int? fallback, int least, int greatest)
    {
        if (Member(key) is not { } value)
        {
            if (fallback is null) problems.Add($"{name}.{key} is missing");
            return fallback ?? least;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= greatest) return number;
        problems.Add($"{name}.{key} must be a whole number from {least} to {greatest}, not {value.GetRawText()}");
        return fallback ?? least;
    }

    public int[]? Integers(string key)
    {
        if (Member(key) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)))
        {
            return [.. value.EnumerateArray().Select(item => item.GetInt32())];
        }

        problems.Add($"{name}.{key} must be a list of whole numbers");
        return null;
    }

    public double[]? Numbers(string key)
    {
        if (Member(key) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number))
        {
            return [.. value.EnumerateArray().Select(item => item.GetDouble())];
        }

        problems.Add($"{name}.{key} must be a list of numbers");
        return null;
    }
}
