using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Episodes;
using Magma.Datasets.Parquet;
using Magma.Vision;

namespace Magma.Datasets.LeRobot;

/// <summary>What a LeRobot data set says about itself.</summary>
/// <param name="FramesPerSecond">Steps per second; a whole number.</param>
/// <param name="RobotType">A name, or null.</param>
/// <param name="Features">
/// <c>action</c>, <c>observation.state</c>, cameras (<c>video</c>: H.264; <c>image</c>: PNG in the tables) and what the steps hold besides,
/// without the default features.
/// </param>
public sealed record LeRobotDescription(int FramesPerSecond, string? RobotType, IReadOnlyList<LeRobotFeature> Features);

/// <summary>
/// Writes LeRobot data sets of version 3.0, as lerobot 0.4 lays them out: tables and videos that hold many episodes, and Parquet lists of
/// tasks and episodes. <c>meta/info.json</c> comes last, so a folder that has one is complete.
/// </summary>
public sealed class LeRobotWriter
{
    private const int ChunkSize = 1_000;
    private const int DataMegabytes = 100;
    private const int VideoMegabytes = 200;
    private const int EpisodesPerFile = 1_000;
    private const string DataTemplate = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet";
    private const string VideoTemplate = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4";
    private const string EpisodesTemplate = "meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 4,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string folder;
    private readonly LeRobotDescription description;
    private readonly LeRobotFeature[] features;
    private readonly LeRobotFeature[] columns;
    private readonly CancellationToken stop;
    private readonly Dictionary<string, long> tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FeatureSummary> totals;
    private readonly Dictionary<string, LeRobotVideoFiles> videos;
    private readonly List<object?[]> pending = [];
    private long episodes;
    private int episodeFiles;
    private long frames;

    private LeRobotWriter(string folder, LeRobotDescription description, CancellationToken stop)
    {
        this.folder = folder;
        this.description = description;
        this.stop = stop;
        features = [.. description.Features, .. LeRobotFeature.Defaults];
        columns = [.. features.Where(feature => !feature.IsVideo)];
        totals = features.Where(feature => !feature.IsLanguage)
            .ToDictionary(feature => feature.Name, feature => new FeatureSummary(feature));
        videos = description.Features.Where(feature => feature.IsVideo).ToDictionary(
            feature => feature.Name,
            feature => new LeRobotVideoFiles(feature, description.FramesPerSecond, VideoMegabytes, PathOf));
    }

    /// <summary>Writes a data set from a stream of episodes; one is in memory at a time.</summary>
    /// <param name="folder">An empty or new folder.</param>
    /// <param name="description">What the episodes hold.</param>
    /// <param name="episodes">The episodes.</param>
    /// <param name="stop">Stops between two episodes.</param>
    /// <returns>How many episodes were written.</returns>
    /// <exception cref="IOException">The folder is not empty, or cannot be written to.</exception>
    /// <exception cref="ArgumentException">An episode does not hold what the description says.</exception>
    public static long Write(
        string folder, LeRobotDescription description, IEnumerable<RobotEpisode> episodes, CancellationToken stop = default)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"{folder} is not empty; a LeRobot data set is written into a new folder.");
        if (description.Features.FirstOrDefault(feature => feature.Name.Contains('/')) is { } slashed)
            throw new ArgumentException($"LeRobot allows no slash in the name of a feature: '{slashed.Name}'.");
        return new LeRobotWriter(Path.GetFullPath(folder), description, stop).Run(episodes);
    }

    private long Run(IEnumerable<RobotEpisode> source)
    {
        try
        {
            using IEnumerator<RobotEpisode> rest = source.GetEnumerator();
            bool more = rest.MoveNext();
            if (!more) throw new InvalidDataException("A LeRobot data set needs at least one episode.");
            ParquetField[] fields = [.. columns.Select(column => new ParquetField(column.Name, LeRobotColumns.TypeOf(column)))];
            for (int file = 0; more; file++)
            {
                var settings = new ParquetWriteSettings
                {
                    RowsPerGroup = 2_048,
                    Metadata = [HuggingFaceFeatures.Of(fields)],
                    BeginsGroup = row => (long)row[IndexOf("frame_index")]! == 0,
                };
                ParquetWriter.Write(PathOf(DataTemplate, file, ""), fields, OneFile(file), settings, stop);
            }

            foreach (LeRobotVideoFiles video in videos.Values) video.Finish();

            IEnumerable<IReadOnlyList<object?>> OneFile(int file)
            {
                long bytes = 0;
                do
                {
                    stop.ThrowIfCancellationRequested();
                    foreach (object?[] row in Rows(rest.Current, file))
                    {
                        bytes += row.Sum(SizeOf);
                        yield return row;
                    }

                    more = rest.MoveNext();
                }
                while (more && bytes < (long)DataMegabytes << 20);
            }
        }
        finally
        {
            foreach (LeRobotVideoFiles video in videos.Values) video.Dispose();
        }

        WriteTasks();
        if (pending.Count > 0) WriteEpisodes();
        var stats = new JsonObject(totals.Select(total => KeyValuePair.Create(total.Key, (JsonNode?)total.Value.Json())));
        AtomicFile.WriteAllBytes(Path.Combine(folder, "meta", "stats.json"), JsonSerializer.SerializeToUtf8Bytes(stats, Indented));
        AtomicFile.WriteAllBytes(Path.Combine(folder, "meta", "info.json"), JsonSerializer.SerializeToUtf8Bytes(InfoJson(), Indented));
        return episodes;
    }

    private static long SizeOf(object? cell) => cell switch
    {
        object?[] parts => parts.Sum(SizeOf),
        byte[] bytes => bytes.Length,
        _ => 4,
    };

    private IEnumerable<object?[]> Rows(RobotEpisode episode, int file)
    {
        long index = episodes, from = frames;
        if (episode.Steps.Count == 0) throw new ArgumentException($"Episode '{episode.Id}' has no step.");
        var summaries = totals.Keys.ToDictionary(name => name, name => new FeatureSummary(features.First(feature => feature.Name == name)));
        var places = new Dictionary<string, LeRobotVideoPlace>(StringComparer.Ordinal);
        foreach ((string camera, LeRobotVideoFiles video) in videos)
            places[camera] = video.Append(episode, [summaries[camera], totals[camera]], stop);
        Dictionary<string, IEnumerator<Image>> pictures = columns.Where(column => column.IsImage)
            .ToDictionary(column => column.Name, column => episode.Frames(column.Name).GetEnumerator());
        try
        {
            for (int i = 0; i < episode.Steps.Count; i++) yield return Row(episode, i, index, summaries, pictures);
        }
        finally
        {
            foreach (IEnumerator<Image> picture in pictures.Values) picture.Dispose();
        }

        string[] words = [.. episode.Steps.Select(step => step.Instruction).Distinct(StringComparer.Ordinal)];
        pending.Add(
        [
            index, words, (long)episode.Steps.Count, (long)(file / ChunkSize), (long)(file % ChunkSize), from, frames,
            .. places.Values.SelectMany(place => new object?[] { place.Chunk, place.File, place.From, place.To }),
            .. totals.Keys.SelectMany(name => summaries[name].Cells()),
            (long)(episodeFiles / ChunkSize), (long)(episodeFiles % ChunkSize),
        ]);
        episodes++;
        if (pending.Count == EpisodesPerFile) WriteEpisodes();
    }

    private object?[] Row(
        RobotEpisode episode, int i, long index, Dictionary<string, FeatureSummary> summaries, Dictionary<string, IEnumerator<Image>> pictures)
    {
        RobotStep step = episode.Steps[i];
        if (!tasks.TryGetValue(step.Instruction, out long task)) tasks.Add(step.Instruction, task = tasks.Count);
        var row = new object?[columns.Length];
        for (int c = 0; c < columns.Length; c++)
        {
            LeRobotFeature column = columns[c];
            if (column.IsLanguage)
            {
                row[c] = LeRobotColumns.EventsCell(column.Name == LeRobotColumns.Events ? step.Events : []);
            }
            else if (column.IsImage)
            {
                if (!pictures[column.Name].MoveNext())
                    throw new ArgumentException(
                        $"Episode '{episode.Id}' has {i} frames of '{column.Name}' for {episode.Steps.Count} steps.");
                using Image image = pictures[column.Name].Current;
                summaries[column.Name].Add(image);
                totals[column.Name].Add(image);
                row[c] = new object?[] { image.Encode(ImageFormat.Png), string.Create(CultureInfo.InvariantCulture, $"frame-{i:d6}.png") };
            }
            else
            {
                double[] numbers = column.Name switch
                {
                    "timestamp" => [(float)((double)i / description.FramesPerSecond)],
                    "frame_index" => [i],
                    "episode_index" => [index],
                    "index" => [frames],
                    "task_index" => [task],
                    "action" => Wide(step.Action),
                    "observation.state" => Wide(
                        step.State ?? throw new ArgumentException($"Episode '{episode.Id}' has no state in step {i}.")),
                    _ => step.Others.GetValueOrDefault(column.Name) ?? throw new ArgumentException(
                        $"Episode '{episode.Id}' has no '{column.Name}' in step {i}."),
                };
                row[c] = LeRobotColumns.Cell(column, numbers);
                summaries[column.Name].Add(numbers);
                totals[column.Name].Add(numbers);
            }
        }

        frames++;
        return row;
    }

    private static double[] Wide(float[] values) => [.. values.Select(value => (double)value)];

    private int IndexOf(string column) => Array.FindIndex(columns, c => c.Name == column);

    private string PathOf(string template, int file, string camera)
    {
        string path = LeRobotInfo.Fill(
            folder, template, ("chunk_index", (long)(file / ChunkSize)), ("file_index", (long)(file % ChunkSize)), ("video_key", camera));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private string PathOf(int file, string camera) => PathOf(VideoTemplate, file, camera);

    private void WriteTasks()
    {
        ParquetField[] fields = [new("task_index", ParquetType.Int64), new(LeRobotVersion3.TaskColumn, ParquetType.LargeText)];
        IEnumerable<object?[]> rows = tasks.Select(task => new object?[] { task.Value, task.Key });
        ParquetWriter.Write(
            Path.Combine(folder, "meta", "tasks.parquet"), fields, rows, new ParquetWriteSettings { Metadata = [PandasIndex()] }, stop);
    }

    // The words are the index of a pandas table, and only this entry says so.
    private static KeyValuePair<string, string> PandasIndex()
    {
        JsonObject Column(string? name, string field, string pandas, string numpy, JsonNode? metadata) => new()
        {
            ["name"] = name,
            ["field_name"] = field,
            ["pandas_type"] = pandas,
            ["numpy_type"] = numpy,
            ["metadata"] = metadata,
        };
        var pandas = new JsonObject
        {
            ["index_columns"] = new JsonArray(LeRobotVersion3.TaskColumn),
            ["column_indexes"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = null,
                    ["field_name"] = null,
                    ["pandas_type"] = "unicode",
                    ["numpy_type"] = "object",
                    ["metadata"] = new JsonObject { ["encoding"] = "UTF-8" },
                }),
            ["columns"] = new JsonArray(
                Column("task_index", "task_index", "int64", "int64", null), Column(null, LeRobotVersion3.TaskColumn, "unicode", "object", null)),
            ["attributes"] = new JsonObject(),
            ["creator"] = new JsonObject { ["library"] = "magma-dotnet", ["version"] = "1" },
            ["pandas_version"] = "2.2.3",
        };
        return new KeyValuePair<string, string>("pandas", pandas.ToJsonString());
    }

    private void WriteEpisodes()
    {
        ParquetField[] fields =
        [
            new("episode_index", ParquetType.Int64), new("tasks", ParquetType.List(ParquetType.Text)), new("length", ParquetType.Int64),
            new("data/chunk_index", ParquetType.Int64), new("data/file_index", ParquetType.Int64),
            new("dataset_from_index", ParquetType.Int64), new("dataset_to_index", ParquetType.Int64),
            .. videos.Keys.SelectMany(camera => new ParquetField[]
            {
                new($"videos/{camera}/chunk_index", ParquetType.Int64), new($"videos/{camera}/file_index", ParquetType.Int64),
                new($"videos/{camera}/from_timestamp", ParquetType.Double), new($"videos/{camera}/to_timestamp", ParquetType.Double),
            }),
            .. totals.Keys.SelectMany(name => FeatureSummary.Columns(features.First(feature => feature.Name == name))),
            new("meta/episodes/chunk_index", ParquetType.Int64), new("meta/episodes/file_index", ParquetType.Int64),
        ];
        ParquetWriter.Write(PathOf(EpisodesTemplate, episodeFiles++, ""), fields, pending, stop: stop);
        pending.Clear();
    }

    private JsonObject InfoJson() => new()
    {
        ["codebase_version"] = "v3.0",
        ["robot_type"] = description.RobotType,
        ["total_episodes"] = episodes,
        ["total_frames"] = frames,
        ["total_tasks"] = tasks.Count,
        ["chunks_size"] = ChunkSize,
        ["data_files_size_in_mb"] = DataMegabytes,
        ["video_files_size_in_mb"] = VideoMegabytes,
        ["fps"] = description.FramesPerSecond,
        ["splits"] = new JsonObject { ["train"] = $"0:{episodes}" },
        ["data_path"] = DataTemplate,
        ["video_path"] = videos.Count > 0 ? VideoTemplate : null,
        ["features"] = new JsonObject(features.Select(feature => KeyValuePair.Create(feature.Name, (JsonNode?)FeatureJson(feature)))),
    };

    private JsonObject FeatureJson(LeRobotFeature feature)
    {
        var json = new JsonObject
        {
            ["dtype"] = feature.DType,
            ["shape"] = new JsonArray([.. feature.Shape.Select(side => JsonValue.Create(side))]),
            ["names"] = feature.Names?.DeepClone(),
        };
        if (!feature.IsVideo) return json;
        json["info"] = new JsonObject
        {
            ["video.height"] = feature.PictureSize.Height,
            ["video.width"] = feature.PictureSize.Width,
            ["video.codec"] = "h264",
            ["video.pix_fmt"] = "yuv420p",
            ["video.is_depth_map"] = false,
            ["video.fps"] = description.FramesPerSecond,
            ["video.channels"] = Image.Channels,
            ["has_audio"] = false,
        };
        return json;
    }
}
