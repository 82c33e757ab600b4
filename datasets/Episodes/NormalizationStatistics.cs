using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magma.Datasets.Episodes;

/// <summary>
/// Statistics of one vector feature over a data set, per dimension, with the names that OpenVLA and Magma give them in
/// <c>dataset_statistics.json</c>. The standard deviation is that of the population.
/// </summary>
/// <param name="Mean">Mean.</param>
/// <param name="Std">Standard deviation.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Q01">1 % quantile.</param>
/// <param name="Q99">99 % quantile.</param>
public sealed record FeatureStatistics(
    [property: JsonPropertyName("mean")] double[] Mean,
    [property: JsonPropertyName("std")] double[] Std,
    [property: JsonPropertyName("min")] double[] Min,
    [property: JsonPropertyName("max")] double[] Max,
    [property: JsonPropertyName("q01")] double[] Q01,
    [property: JsonPropertyName("q99")] double[] Q99);

/// <summary>What is needed to normalise a data set's actions and states, and what it was computed from.</summary>
/// <param name="Action">Of the actions.</param>
/// <param name="Proprio">Of the states; null when the data set has none.</param>
/// <param name="TransitionCount">Steps counted.</param>
/// <param name="TrajectoryCount">Episodes counted.</param>
/// <param name="Source">Identifies the content that was read; a cache with another one is not used.</param>
public sealed record NormalizationStatistics(
    [property: JsonPropertyName("action")] FeatureStatistics Action,
    [property: JsonPropertyName("proprio")] FeatureStatistics? Proprio,
    [property: JsonPropertyName("num_transitions")] long TransitionCount,
    [property: JsonPropertyName("num_trajectories")] long TrajectoryCount,
    [property: JsonPropertyName("source")] string Source)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Computes the statistics in one pass, or reads them from a cache that was made from the same content.</summary>
    /// <param name="dataset">The episodes.</param>
    /// <param name="cachePath">A JSON file to read and, when it is missing or out of date, to write.</param>
    /// <param name="stop">Stops between two episodes.</param>
    /// <exception cref="InvalidDataException">There is no step, or the vectors differ in length.</exception>
    public static NormalizationStatistics Compute(IRobotDataset dataset, string cachePath, CancellationToken stop = default)
    {
        if (File.Exists(cachePath) && Read(cachePath) is { } cached && cached.Source == dataset.Fingerprint) return cached;
        VectorStatistics? action = null, state = null;
        long steps = 0, episodes = 0;
        foreach (RobotEpisode episode in dataset.Episodes())
        {
            stop.ThrowIfCancellationRequested();
            episodes++;
            foreach (RobotStep step in episode.Steps)
            {
                steps++;
                (action ??= new VectorStatistics(step.Action.Length)).Add(step.Action);
                if (step.State is { } vector) (state ??= new VectorStatistics(vector.Length)).Add(vector);
            }
        }

        if (action is null) throw new InvalidDataException($"{dataset.Name} has no step with an action; there is nothing to normalise.");
        var statistics = new NormalizationStatistics(action.Result(), state?.Result(), steps, episodes, dataset.Fingerprint);
        Write(statistics, cachePath);
        return statistics;
    }

    /// <summary>Reads a file that <see cref="Compute"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static NormalizationStatistics Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<NormalizationStatistics>(File.ReadAllBytes(path), Json)
                ?? throw new InvalidDataException($"{path} holds no statistics.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is no file of normalisation statistics: {problem.Message} Delete it to have it made anew.", problem);
        }
    }

    private static void Write(NormalizationStatistics statistics, string path)
    {
        string partial = path + ".partial";
        using (FileStream file = File.Create(partial))
        {
            JsonSerializer.Serialize(file, statistics, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }
}

/// <summary>Gathers mean, deviation, extremes and quantiles of vectors in one pass (Welford's update).</summary>
internal sealed class VectorStatistics(int width)
{
    private readonly double[] mean = new double[width];
    private readonly double[] squares = new double[width];
    private readonly double[] min = [.. Enumerable.Repeat(double.PositiveInfinity, width)];
    private readonly double[] max = [.. Enumerable.Repeat(double.NegativeInfinity, width)];
    private readonly QuantileSketch[] sketches = [.. Enumerable.Range(0, width).Select(_ => new QuantileSketch())];

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<float> vector)
    {
        if (vector.Length != width) throw new InvalidDataException($"A vector of {vector.Length} values follows vectors of {width}.");
        Count++;
        for (int i = 0; i < width; i++)
        {
            double value = vector[i], delta = value - mean[i];
            mean[i] += delta / Count;
            squares[i] += delta * (value - mean[i]);
            min[i] = Math.Min(min[i], value);
            max[i] = Math.Max(max[i], value);
            sketches[i].Add(vector[i]);
        }
    }

    public FeatureStatistics Result() => new(mean, Std(), min, max, Quantile(0.01), Quantile(0.99));

    public double[] Std() => [.. squares.Select(sum => Math.Sqrt(sum / Count))];

    public double[] Quantile(double fraction) => [.. sketches.Select(sketch => sketch.Quantile(fraction))];
}
