using System.Security.Cryptography;
using System.Text.Json;

namespace Magma.Annotation;

/// <summary>A stretch of a video and what it shows.</summary>
/// <param name="Start">Where it begins, from the start of the video.</param>
/// <param name="End">Where it ends; null for the end of the video.</param>
/// <param name="Text">What is said or seen; null when nobody said.</param>
public sealed record VideoSegment(TimeSpan Start, TimeSpan? End, string? Text);

/// <summary>
/// What videos show: from a JSON lines file (a line per segment: <c>{"video": …, "start": seconds, "end": seconds, "text": …}</c>; start
/// and end may be missing) or a JSON file as narrated videos have (<c>{"video": {"start": [seconds …], "end": […], "text": […]}, …}</c>),
/// else from a text file beside the video (<c>clip.mp4</c>, <c>clip.txt</c>).
/// </summary>
public sealed class VideoCaptions
{
    private const long LargestText = 64 << 10;
    private const double LongestSeconds = 1e7;

    private readonly Dictionary<string, List<VideoSegment>> _segments = [];

    private VideoCaptions(string? hash) => Hash = hash;

    /// <summary>Only text files beside videos.</summary>
    public static VideoCaptions None { get; } = new(hash: null);

    /// <summary>SHA-256 of the captions file, lower-case hexadecimal; null without one.</summary>
    public string? Hash { get; }

    /// <summary>Reads a captions file.</summary>
    /// <param name="path">The file: JSON where its name ends so, else JSON lines.</param>
    /// <exception cref="InvalidDataException">It is not of the form above; the message says where.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static VideoCaptions Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        var captions = new VideoCaptions(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) captions.ReadTable(path, bytes);
        else captions.ReadLines(path, bytes);
        return captions;
    }

    /// <summary>The segments of one video, in the order of their starts; the whole video without a text when nothing is known.</summary>
    /// <param name="input">The video's name in the run; the captions may name it so, by its file name, or without the ending.</param>
    /// <param name="path">Where it lies.</param>
    /// <exception cref="InvalidDataException">The text file beside it is too long.</exception>
    public IReadOnlyList<VideoSegment> Of(string input, string path)
    {
        string file = Path.GetFileName(input);
        string? name = new[] { input, Path.ChangeExtension(input, null), file, Path.GetFileNameWithoutExtension(file) }
            .FirstOrDefault(_segments.ContainsKey);
        if (name is not null) return [.. _segments[name].OrderBy(segment => segment.Start)];
        string beside = Path.ChangeExtension(path, ".txt");
        if (!File.Exists(beside)) return [new VideoSegment(TimeSpan.Zero, null, null)];
        if (new FileInfo(beside).Length > LargestText)
        {
            throw new InvalidDataException($"the text beside the video, {Path.GetFileName(beside)}, is longer than {LargestText} bytes");
        }

        string text = File.ReadAllText(beside).Trim();
        return [new VideoSegment(TimeSpan.Zero, null, text.Length == 0 ? null : text)];
    }

    private void ReadLines(string path, byte[] bytes)
    {
        using var lines = new StreamReader(new MemoryStream(bytes));
        for (int number = 1; lines.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line);
                (string video, VideoSegment segment) = ReadLine(json.RootElement);
                Add(video, segment);
            }
            catch (Exception problem) when (IsForm(problem))
            {
                throw new InvalidDataException(
                    $"{path}, line {number}: {problem.Message} Expected was a line like "
                    + "{\"video\": \"clip.mp4\", \"start\": 0, \"end\": 4.5, \"text\": \"…\"}.",
                    problem);
            }
        }
    }

    private void ReadTable(string path, byte[] bytes)
    {
        string video = "";
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes);
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                video = entry.Name;
                JsonElement starts = entry.Value.GetProperty("start"), ends = entry.Value.GetProperty("end"), texts = entry.Value.GetProperty("text");
                int count = starts.GetArrayLength();
                if (ends.GetArrayLength() != count || texts.GetArrayLength() != count)
                    throw new FormatException($"It has {count} starts, {ends.GetArrayLength()} ends and {texts.GetArrayLength()} texts.");
                for (int i = 0; i < count; i++) Add(video, SegmentOf(starts[i].GetDouble(), ends[i].GetDouble(), texts[i].GetString()));
            }
        }
        catch (Exception problem) when (IsForm(problem))
        {
            throw new InvalidDataException(
                $"{path}, video '{video}': {problem.Message} Expected was "
                + "{\"clip\": {\"start\": [0], \"end\": [4.5], \"text\": [\"…\"]}, …}; JSON lines go into a file whose name does not end in .json.",
                problem);
        }
    }

    private static bool IsForm(Exception problem) =>
        problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException;

    private void Add(string video, VideoSegment segment)
    {
        if (!_segments.TryGetValue(video, out List<VideoSegment>? segments)) _segments[video] = segments = [];
        segments.Add(segment);
    }

    private static (string Video, VideoSegment Segment) ReadLine(JsonElement line)
    {
        string video = line.GetProperty("video").GetString() is { Length: > 0 } name ? name
            : throw new FormatException("'video' is empty.");
        double start = line.TryGetProperty("start", out JsonElement from) ? from.GetDouble() : 0;
        double? end = line.TryGetProperty("end", out JsonElement to) && to.ValueKind != JsonValueKind.Null ? to.GetDouble() : null;
        return (video, SegmentOf(start, end, line.TryGetProperty("text", out JsonElement words) ? words.GetString() : null));
    }

    private static VideoSegment SegmentOf(double start, double? end, string? text)
    {
        if (!(start >= 0 && start < LongestSeconds) || !(end is null || (end > start && end < LongestSeconds)))
            throw new FormatException($"A segment from {start} to {end} seconds is impossible.");
        text = text?.Trim();
        return new VideoSegment(
            TimeSpan.FromSeconds(start), end is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            string.IsNullOrEmpty(text) ? null : text);
    }
}
