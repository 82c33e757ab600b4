using System.Text.Json;

namespace Magma.Data;

/// <summary>Reads <c>dataset_statistics.json</c>: action statistics by data set.</summary>
public static class DatasetStatistics
{
    /// <summary>The action table of every data set in the file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static IReadOnlyDictionary<string, ActionStatistics> Read(string path)
    {
        try
        {
            using JsonDocument file = JsonDocument.Parse(SmallFile.ReadAllBytes(path));
            var sets = new Dictionary<string, ActionStatistics>(StringComparer.Ordinal);
            foreach (JsonProperty set in file.RootElement.EnumerateObject())
            {
                sets[set.Name] = ActionStatistics.Parse(set.Value.GetProperty("action"), $"{path}: {set.Name}");
            }

            return sets;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is no table of statistics: {problem.Message}", problem);
        }
    }
}
