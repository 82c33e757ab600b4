using System.Text.Json;
using System.Text.Json.Serialization;
using Magma.Data;

namespace Magma.Datasets.Episodes;

/// <summary>What is needed to normalise a data set's actions and states, and what it was computed from.</summary>
/// <param name="Action">Of the actions.</param>
/// <param name="Proprio">Of the states; null when the data set has none.</param>
/// <param name="TransitionCount">Steps counted.</param>
/// <param name="TrajectoryCount">Episodes counted.</param>
/// <param name="Source">Identifies the content that was read; a cache with another one is not used.</param>
public sealed record NormalizationStatistics(
    [property: JsonPropertyName("action")] ActionStatistics Action,
    [property: JsonPropertyName("proprio")] ActionStatistics? Proprio,
    [property: JsonPropertyName("num_transitions")] long TransitionCount,
    [property: JsonPropertyName("num_trajectories")] long TrajectoryCount,
    [property: JsonPropertyName("source")] string Source)
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Computes the statistics in one pass, or reads them from a cache that was made from the same content.</summary>
    /// <param name="dataset">The episodes.</param>
    /// <param name="cachePath">
    /// A <c>dataset_statistics.json</c> to read and, when it is missing or out of date, to write: one entry under the data set's name.
    /// </param>
    /// <param name="onDamage">Called with a message for what cannot be read; the rest is counted nevertheless. Null throws instead.</param>
    /// <param name="stop">Stops between two episodes.</param>
    /// <exception cref="InvalidDataException">There is no step, the vectors differ in length, or the cache is no such file.</exception>
    public static NormalizationStatistics Compute(
        IRobotDataset dataset, string cachePath, Action<string>? onDamage = null, CancellationToken stop = default)
    {
        if (ReadCache(cachePath, dataset) is { } cached) return cached;
        VectorStatistics? action = null, state = null;
        long steps = 0, episodes = 0;
        foreach (RobotEpisode episode in dataset.Episodes(onDamage))
        {
            stop.ThrowIfCancellationRequested();
            episodes++;
            foreach (RobotStep step in episode.Steps)
            {
                if (step.Action.Length == 0) throw new InvalidDataException($"{dataset.Name} has no feature 'action' of numbers; there is nothing to normalise.");
                steps++;
                (action ??= new VectorStatistics(step.Action.Length)).Add(step.Action);
                if (step.State is { } vector) (state ??= new VectorStatistics(vector.Length)).Add(vector);
            }
        }

        if (action is null) throw new InvalidDataException($"{dataset.Name} has no step with an action; there is nothing to normalise.");
        var statistics = new NormalizationStatistics(action.Result(), state?.Result(), steps, episodes, dataset.Fingerprint);
        var file = new Dictionary<string, NormalizationStatistics> { [dataset.Name] = statistics };
        AtomicFile.WriteAllBytes(cachePath, JsonSerializer.SerializeToUtf8Bytes(file, Layout));
        return statistics;
    }

    private static NormalizationStatistics? ReadCache(string path, IRobotDataset dataset)
    {
        if (!File.Exists(path)) return null;
        try
        {
            Dictionary<string, NormalizationStatistics>? file =
                JsonSerializer.Deserialize<Dictionary<string, NormalizationStatistics>>(File.ReadAllBytes(path), Layout);
            NormalizationStatistics? entry = file?.GetValueOrDefault(dataset.Name);
            return entry?.Source == dataset.Fingerprint ? entry : null;
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException(
                $"{path} is no file of normalisation statistics: {problem.Message} Delete it to have it made anew.", problem);
        }
    }
}
