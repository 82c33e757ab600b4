using System.Text.Json;

namespace Magma.Datasets.LeRobot;

/// <summary>The layout of version 2: one Parquet and one MP4 file per episode, lists as JSON lines.</summary>
internal static class LeRobotVersion2
{
    public static IReadOnlyDictionary<long, string> Tasks(string folder)
    {
        var tasks = new Dictionary<long, string>();
        foreach (JsonElement line in Llava.JsonItems.Read(Path.Combine(folder, "meta", "tasks.jsonl")))
            tasks[line.GetProperty("task_index").GetInt64()] = line.GetProperty("task").GetString()!;
        return tasks;
    }

    public static IReadOnlyList<LeRobotEpisodePlace> Episodes(string folder, LeRobotInfo info)
    {
        var places = new List<LeRobotEpisodePlace>();
        string[] cameras = [.. info.Features.Where(feature => feature.IsVideo).Select(feature => feature.Name)];
        foreach (JsonElement line in Llava.JsonItems.Read(Path.Combine(folder, "meta", "episodes.jsonl")))
        {
            long index = line.GetProperty("episode_index").GetInt64(), length = line.GetProperty("length").GetInt64();
            long chunk = index / info.ChunkSize;
            string Fill(string template, string camera) => LeRobotInfo.Fill(
                folder, template, ("episode_chunk", chunk), ("episode_index", index), ("video_key", camera));
            var videos = cameras.ToDictionary(
                camera => camera, camera => new LeRobotVideo(Fill(VideoPath(folder, info), camera), 0), StringComparer.Ordinal);
            places.Add(new LeRobotEpisodePlace(index, length, Fill(info.DataPath, ""), 0, videos));
        }

        return places;
    }

    internal static string VideoPath(string folder, LeRobotInfo info) =>
        info.VideoPath ?? throw new InvalidDataException($"{folder}: meta/info.json names videos, but no video_path.");
}
