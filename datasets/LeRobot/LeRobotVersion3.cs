using Magma.Datasets.Parquet;

namespace Magma.Datasets.LeRobot;

/// <summary>The layout of version 3: many episodes per Parquet and MP4 file, lists as Parquet.</summary>
internal static class LeRobotVersion3
{
    /// <summary>The pandas index of the table of tasks, which holds the words.</summary>
    public const string TaskColumn = "__index_level_0__";

    public static IReadOnlyDictionary<long, string> Tasks(string folder)
    {
        using ParquetReader reader = ParquetReader.Open(Path.Combine(folder, "meta", "tasks.parquet"));
        string words = reader.Has(TaskColumn) ? TaskColumn : "task";
        var tasks = new Dictionary<long, string>();
        foreach (ParquetChunk chunk in reader.Read(["task_index", words]))
        {
            for (int i = 0; i < chunk.RowCount; i++) tasks[chunk[0].Integer(i)] = chunk[1].Text(i) ?? "";
        }

        return tasks;
    }

    public static IReadOnlyList<LeRobotEpisodePlace> Episodes(string folder, LeRobotInfo info)
    {
        string root = Path.Combine(folder, "meta", "episodes");
        if (!Directory.Exists(root)) throw new InvalidDataException($"{folder} has no meta/episodes. Was the data set finalised?");
        string[] files = Directory.GetFiles(root, "*.parquet", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        string[] cameras = [.. info.Features.Where(feature => feature.IsVideo).Select(feature => feature.Name)];
        string[] columns =
        [
            "episode_index", "length", "data/chunk_index", "data/file_index", "dataset_from_index",
            .. cameras.SelectMany(c => new[] { $"videos/{c}/chunk_index", $"videos/{c}/file_index", $"videos/{c}/from_timestamp" }),
        ];
        var places = new List<LeRobotEpisodePlace>();
        var firstIndex = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            using ParquetReader reader = ParquetReader.Open(file);
            foreach (ParquetChunk chunk in reader.Read(columns))
            {
                for (int i = 0; i < chunk.RowCount; i++) places.Add(PlaceOf(folder, info, cameras, chunk, i, firstIndex));
            }
        }

        return places;
    }

    // A row's place in its file is its index in the data set less that of the file's first row.
    private static LeRobotEpisodePlace PlaceOf(
        string folder, LeRobotInfo info, string[] cameras, ParquetChunk chunk, int row, Dictionary<string, long> firstIndex)
    {
        string data = LeRobotInfo.Fill(
            folder, info.DataPath, ("chunk_index", chunk["data/chunk_index"].Integer(row)), ("file_index", chunk["data/file_index"].Integer(row)));
        long from = chunk["dataset_from_index"].Integer(row);
        firstIndex.TryAdd(data, from);
        var videos = cameras.ToDictionary(
            camera => camera,
            camera => new LeRobotVideo(
                LeRobotInfo.Fill(
                    folder, LeRobotVersion2.VideoPath(folder, info), ("video_key", camera),
                    ("chunk_index", chunk[$"videos/{camera}/chunk_index"].Integer(row)), ("file_index", chunk[$"videos/{camera}/file_index"].Integer(row))),
                chunk[$"videos/{camera}/from_timestamp"].Number(row)),
            StringComparer.Ordinal);
        return new LeRobotEpisodePlace(
            chunk["episode_index"].Integer(row), chunk["length"].Integer(row), data, from - firstIndex[data], videos);
    }
}
