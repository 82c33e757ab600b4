using System.Text.Json;
using Magma.Datasets.Episodes;
using Magma.Datasets.Parquet;

namespace Magma.Datasets.LeRobot;

/// <summary>A LeRobot data set on disk, version 2.1 or 3.x: Parquet tables, MP4 videos (or pictures in the tables) and JSON.</summary>
public sealed class LeRobotDataset : IRobotDataset
{
    private readonly IReadOnlyList<LeRobotEpisodePlace> places;
    private readonly IReadOnlyDictionary<long, string> tasks;

    private LeRobotDataset(
        string folder, LeRobotInfo info, IReadOnlyList<LeRobotEpisodePlace> places, IReadOnlyDictionary<long, string> tasks)
    {
        Folder = folder;
        Info = info;
        this.places = places;
        this.tasks = tasks;
    }

    public string Folder { get; }

    public LeRobotInfo Info { get; }

    public string Name => Path.GetFileName(Folder);

    public double? FramesPerSecond => Info.FramesPerSecond;

    public string Fingerprint => Fingerprints.Of(
        Folder,
        [
            .. Directory.EnumerateFiles(Path.Combine(Folder, "meta"), "*", SearchOption.AllDirectories),
            .. places.Select(place => place.DataPath).Distinct(),
        ]);

    /// <summary>The tasks in words, by their index.</summary>
    public IReadOnlyDictionary<long, string> Tasks => tasks;

    /// <summary>Opens a data set: reads everything but steps and pictures.</summary>
    /// <exception cref="InvalidDataException">The folder is no LeRobot data set, or its description is damaged.</exception>
    public static LeRobotDataset Open(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        LeRobotInfo info = LeRobotInfo.Read(folder);
        try
        {
            return info.IsVersion3
                ? new LeRobotDataset(folder, info, LeRobotVersion3.Episodes(folder, info), LeRobotVersion3.Tasks(folder))
                : new LeRobotDataset(folder, info, LeRobotVersion2.Episodes(folder, info), LeRobotVersion2.Tasks(folder));
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The description of the LeRobot data set {folder} is damaged: {problem.Message}", problem);
        }
    }

    public long EpisodeCount => places.Count;

    IEnumerable<RobotEpisode> IRobotDataset.Episodes(Action<string>? onDamage) => Episodes(onDamage);

    public IEnumerable<RobotEpisode> EpisodesFrom(long first) => Read(places.Skip(checked((int)first)), null);

    /// <summary>The episodes in order, each read when it is asked for.</summary>
    /// <param name="onDamage">Called with a message for what cannot be read; the rest is given nevertheless. Null throws instead.</param>
    /// <exception cref="InvalidDataException">A file is missing or damaged and <paramref name="onDamage"/> is null.</exception>
    public IEnumerable<LeRobotEpisode> Episodes(Action<string>? onDamage = null) => Read(places, onDamage);

    private IEnumerable<LeRobotEpisode> Read(IEnumerable<LeRobotEpisodePlace> chosen, Action<string>? onDamage)
    {
        ParquetReader? reader = null;
        try
        {
            foreach (LeRobotEpisodePlace place in chosen)
            {
                LeRobotEpisode? episode = null;
                try
                {
                    if (reader?.Path != place.DataPath)
                    {
                        reader?.Dispose();
                        reader = null;
                        reader = ParquetReader.Open(place.DataPath);
                    }

                    episode = new LeRobotEpisode(Info, place, ReadSteps(reader, place));
                }
                catch (Exception problem) when (onDamage is not null && problem is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
                {
                    onDamage($"episode {place.Index}: {problem.Message}");
                }

                if (episode is not null) yield return episode;
            }
        }
        finally
        {
            reader?.Dispose();
        }
    }

    private RobotStep[] ReadSteps(ParquetReader reader, LeRobotEpisodePlace place)
    {
        LeRobotFeature[] numeric = [.. Info.Features.Where(feature => feature.IsNumeric)];
        LeRobotFeature[] others =
            [.. numeric.Where(f => f.Name is not ("action" or "observation.state") && !LeRobotFeature.Defaults.Any(d => d.Name == f.Name))];
        bool events = Info.Features.Any(feature => feature.IsLanguage && feature.Name == LeRobotColumns.Events)
            && reader.Has(LeRobotColumns.Events);
        string[] columns = [.. numeric.Select(feature => feature.Name), .. events ? (string[])[LeRobotColumns.Events] : []];
        var steps = new RobotStep[place.Length];
        int row = 0;
        foreach (ParquetChunk chunk in reader.Read(columns, place.FirstRow, place.Length))
        {
            for (int i = 0; i < chunk.RowCount; i++, row++)
            {
                if (chunk["episode_index"].Integer(i) != place.Index || chunk["frame_index"].Integer(i) != row)
                    throw new InvalidDataException(
                        $"{reader.Path}, row {place.FirstRow + row}: frame {row} of episode {place.Index} was expected here.");
                steps[row] = StepOf(chunk, i, numeric, others, events);
            }
        }

        return steps;
    }

    private RobotStep StepOf(ParquetChunk chunk, int row, LeRobotFeature[] numeric, LeRobotFeature[] others, bool events)
    {
        float[]? Vector(string name) => numeric.FirstOrDefault(feature => feature.Name == name) is { } feature
            ? [.. LeRobotColumns.Numbers(chunk, feature, row).Select(number => (float)number)]
            : null;
        long task = chunk["task_index"].Integer(row);
        if (!tasks.TryGetValue(task, out string? instruction))
            throw new InvalidDataException($"{chunk.Path}: task {task} is not in the data set's list of tasks.");
        return new RobotStep(Vector("action") ?? [], Vector("observation.state"), instruction)
        {
            Others = others.ToDictionary(
                feature => feature.Name, feature => LeRobotColumns.Numbers(chunk, feature, row), StringComparer.Ordinal),
            Events = events ? LeRobotColumns.EventsOf(chunk[LeRobotColumns.Events], row) : [],
        };
    }
}
