using System.Globalization;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Episodes;
using Magma.Vision;

namespace Magma.Annotation;

/// <summary>
/// Puts the traces of a finished run back into the episodes that they were found in, as LeRobot's annotations of style <c>trace</c>
/// (lerobot 0.6, <c>language_events</c>): one per window and camera, at the step that the window begins with. The content is JSON:
/// <c>{"marks": [{"number": 3, "points": [[x, y], …]}, …]}</c>, a point per step, pixels of the camera's picture at the window's first
/// step, camera motion removed.
/// </summary>
public static class TraceEvents
{
    /// <summary>LeRobot's name of the style.</summary>
    public const string Style = "trace";

    /// <summary>The episodes with their traces.</summary>
    /// <param name="run">The run's folder, finished.</param>
    /// <param name="dataset">The data set that was labelled.</param>
    /// <param name="cameraName">What a camera is called where the episodes go.</param>
    /// <param name="onDamage">
    /// Called with a message for every episode that failed in the run or cannot be read now; the others are given nevertheless.
    /// </param>
    /// <exception cref="InvalidDataException">The folder holds no finished run over robot episodes.</exception>
    public static IEnumerable<RobotEpisode> AddTo(
        string run, IRobotDataset dataset, Func<string, string> cameraName, Action<string> onDamage)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        using IEnumerator<Found> found = Read(run, ShardManifest.Read(run), cameraName).GetEnumerator();
        bool more = found.MoveNext();
        Dictionary<string, string> failed = RunFolder.ErrorsOf(run).Where(error => error.Part is not null)
            .ToDictionary(error => error.Part!, error => error.Reason, StringComparer.Ordinal);
        foreach ((long index, RobotEpisode episode) in Episodes(dataset, onDamage))
        {
            if (episode.Steps.Count == 0)
            {
                onDamage($"episode {index}: it has no step");
                continue;
            }

            if (failed.TryGetValue(index.ToString(CultureInfo.InvariantCulture), out string? reason))
            {
                onDamage($"episode {index}: {reason}");
                continue;
            }

            var events = new Dictionary<int, List<LanguageEvent>>();
            // Samples come in the order of the episodes.
            for (; more && found.Current.Episode <= index; more = found.MoveNext())
            {
                if (found.Current.Event is not { } one || found.Current.Episode < index) continue;
                if (!events.TryGetValue(found.Current.Step, out List<LanguageEvent>? here)) events[found.Current.Step] = here = [];
                here.Add(one);
            }

            yield return new Annotated(episode, events);
        }
    }

    // Every episode at its own place, whatever is damaged before it.
    private static IEnumerable<(long Index, RobotEpisode Episode)> Episodes(IRobotDataset dataset, Action<string> onDamage)
    {
        IEnumerator<RobotEpisode>? episodes = null;
        try
        {
            for (long index = 0; index < dataset.EpisodeCount; index++)
            {
                RobotEpisode? episode = null;
                episodes ??= dataset.EpisodesFrom(index).GetEnumerator();
                try
                {
                    if (episodes.MoveNext()) episode = episodes.Current;
                }
                catch (Exception problem) when (problem is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
                {
                    onDamage($"episode {index}: {problem.Message}");
                    episodes.Dispose();
                    episodes = null;
                }

                if (episode is not null) yield return (index, episode);
            }
        }
        finally
        {
            episodes?.Dispose();
        }
    }

    private static IEnumerable<Found> Read(string run, ShardManifest manifest, Func<string, string> cameraName)
    {
        foreach (ShardSummary shard in manifest.Shards)
        {
            string path = Path.Combine(run, ShardManifest.ShardFolder, shard.Name);
            foreach (Sample sample in ShardReader.Read(path))
            {
                if (sample.Metadata["source"] is not JsonObject source || source["episode_index"] is null || source["camera_size"] is not JsonArray size)
                {
                    throw new InvalidDataException($"{path}: the sample {sample.Key} is not from a robot episode.");
                }

                yield return new Found(
                    (long)source["episode_index"]!, (int)source["step"]!, EventOf(sample.Metadata, source, size, cameraName));
            }
        }
    }

    private static LanguageEvent? EventOf(JsonObject metadata, JsonObject source, JsonArray size, Func<string, string> cameraName)
    {
        double across = (double)size[0]! / (double)metadata["width"]!, down = (double)size[1]! / (double)metadata["height"]!;
        var marks = new JsonArray();
        foreach (JsonNode? mark in metadata["marks"]!.AsArray())
        {
            if ((string?)mark!["verdict"] != TraceOfMark.Words(MarkVerdict.Written)) continue;
            marks.Add(new JsonObject
            {
                ["number"] = (int)mark["number"]!,
                ["points"] = new JsonArray([.. mark["path"]!.AsArray().Select(point =>
                    new JsonArray(Math.Round((double)point![0]! * across, 1), Math.Round((double)point[1]! * down, 1)))]),
            });
        }

        return marks.Count == 0
            ? null
            : new LanguageEvent(
                "assistant", new JsonObject { ["marks"] = marks }.ToJsonString(), Style, cameraName((string)source["camera"]!));
    }

    private sealed record Found(long Episode, int Step, LanguageEvent? Event);

    private sealed class Annotated(RobotEpisode episode, Dictionary<int, List<LanguageEvent>> events) : RobotEpisode
    {
        public override string Id => episode.Id;

        public override IReadOnlyList<RobotStep> Steps { get; } =
        [
            .. episode.Steps.Select((step, i) => events.TryGetValue(i, out List<LanguageEvent>? here)
                ? step with { Events = [.. step.Events, .. here] }
                : step),
        ];

        public override IReadOnlyList<string> Cameras => episode.Cameras;

        public override IEnumerable<Image> Frames(string camera) => episode.Frames(camera);
    }
}
