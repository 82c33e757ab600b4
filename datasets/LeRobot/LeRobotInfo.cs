using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Magma.Datasets.LeRobot;

/// <summary><c>meta/info.json</c> of a LeRobot data set, version 2.1 or 3.x.</summary>
public sealed partial record LeRobotInfo(
    string Version, string? RobotType, double FramesPerSecond, int ChunkSize, long EpisodeCount, long FrameCount,
    string DataPath, string? VideoPath, IReadOnlyList<LeRobotFeature> Features)
{
    /// <summary>Whether several episodes share a file (3.x), or each has its own (2.x).</summary>
    public bool IsVersion3 => Version.StartsWith("v3.", StringComparison.Ordinal);

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It is none, or of a version that is not known.</exception>
    public static LeRobotInfo Read(string folder)
    {
        string path = Path.Combine(folder, "meta", "info.json");
        if (!File.Exists(path)) throw new InvalidDataException($"{folder} is no LeRobot data set: it has no meta/info.json.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            string version = root.GetProperty("codebase_version").GetString()!;
            if (version is not ("v2.0" or "v2.1") && !version.StartsWith("v3.", StringComparison.Ordinal))
                throw new InvalidDataException($"{path}: LeRobot version {version} is not known; 2.x and 3.x are.");
            return new LeRobotInfo(
                version,
                root.TryGetProperty("robot_type", out JsonElement robot) ? robot.GetString() : null,
                root.GetProperty("fps").GetDouble(),
                root.GetProperty("chunks_size").GetInt32(),
                root.GetProperty("total_episodes").GetInt64(),
                root.GetProperty("total_frames").GetInt64(),
                root.GetProperty("data_path").GetString()!,
                root.TryGetProperty("video_path", out JsonElement video) ? video.GetString() : null,
                [.. root.GetProperty("features").EnumerateObject().Select(LeRobotFeature.Read)]);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} is no info.json of LeRobot: {problem.Message}", problem);
        }
    }

    /// <summary>Fills a path template such as <c>data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet</c>.</summary>
    /// <param name="folder">The data set's folder; the result lies in it.</param>
    /// <param name="template">The template.</param>
    /// <param name="values">What its names stand for.</param>
    /// <exception cref="InvalidDataException">A name is not known, or the path leads out of the folder.</exception>
    internal static string Fill(string folder, string template, params (string Name, object Value)[] values)
    {
        string relative = Placeholder().Replace(template, match =>
        {
            object value = values.FirstOrDefault(pair => pair.Name == match.Groups["name"].Value).Value
                ?? throw new InvalidDataException($"{folder}: the path '{template}' has the unknown part {match.Value}.");
            int digits = match.Groups["digits"].Success ? int.Parse(match.Groups["digits"].ValueSpan, CultureInfo.InvariantCulture) : 0;
            return value is long number ? number.ToString($"d{digits}", CultureInfo.InvariantCulture) : (string)value;
        });
        string root = Path.GetFullPath(folder), path = Path.GetFullPath(Path.Combine(root, relative));
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"{folder}: the path '{relative}' leads out of the data set.");
        return path;
    }

    [GeneratedRegex(@"\{(?<name>\w+)(:0?(?<digits>\d)d)?\}")]
    private static partial Regex Placeholder();
}
