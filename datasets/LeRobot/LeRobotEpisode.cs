using Magma.Datasets.Episodes;
using Magma.Datasets.Parquet;
using Magma.Vision;

namespace Magma.Datasets.LeRobot;

/// <summary>Where the frames of a camera lie in a video file.</summary>
/// <param name="Path">The MP4 file.</param>
/// <param name="From">When the episode begins in it, in seconds.</param>
internal sealed record LeRobotVideo(string Path, double From);

/// <summary>Where an episode lies.</summary>
internal sealed record LeRobotEpisodePlace(
    long Index, long Length, string DataPath, long FirstRow, IReadOnlyDictionary<string, LeRobotVideo> Videos);

/// <summary>One episode of a LeRobot data set; its steps are in memory, its pictures in the files.</summary>
public sealed class LeRobotEpisode : RobotEpisode
{
    private readonly LeRobotInfo info;
    private readonly LeRobotEpisodePlace place;

    internal LeRobotEpisode(LeRobotInfo info, LeRobotEpisodePlace place, IReadOnlyList<RobotStep> steps)
    {
        this.info = info;
        this.place = place;
        Steps = steps;
        Cameras = [.. info.Features.Where(feature => feature.IsCamera).Select(feature => feature.Name)];
    }

    /// <summary>Its number, from 0.</summary>
    public long Index => place.Index;

    public override string Id => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"episode-{place.Index:d6}");

    public override IReadOnlyList<RobotStep> Steps { get; }

    public override IReadOnlyList<string> Cameras { get; }

    public override IEnumerable<Image> Frames(string camera)
    {
        LeRobotFeature feature = info.Features.FirstOrDefault(f => f.IsCamera && f.Name == camera)
            ?? throw new InvalidDataException($"{place.DataPath}: no camera '{camera}'; the data set has {string.Join(", ", Cameras)}.");
        return feature.IsVideo ? FromVideo(camera) : FromTable(camera);
    }

    private IEnumerable<Image> FromVideo(string camera)
    {
        LeRobotVideo video = place.Videos[camera];
        // Times are float; half a frame earlier is always after the previous frame and before this one.
        double half = 0.5 / info.FramesPerSecond;
        var options = new VideoReadOptions { Start = TimeSpan.FromSeconds(Math.Max(0, video.From - half)) };
        using VideoReader reader = VideoReader.Open(video.Path, options);
        for (int i = 0; i < Steps.Count; i++)
        {
            var image = new Image(reader.FrameSize);
            bool got = false;
            try
            {
                got = reader.Read(image, out TimeSpan time);
                if (!got)
                    throw new InvalidDataException($"{video.Path} ends after {i} of the {Steps.Count} frames of episode {place.Index}.");
                double expected = video.From + i / info.FramesPerSecond;
                if (Math.Abs(time.TotalSeconds - expected) > half)
                    throw new InvalidDataException($"{video.Path}: frame {i} of episode {place.Index} was expected at {expected:f3} s and is at {time.TotalSeconds:f3} s.");
            }
            catch
            {
                image.Dispose();
                throw;
            }

            yield return image;
        }
    }

    private IEnumerable<Image> FromTable(string camera)
    {
        using ParquetReader reader = ParquetReader.Open(place.DataPath);
        foreach (ParquetChunk chunk in reader.Read([camera], place.FirstRow, place.Length))
        {
            ParquetVector bytes = chunk[0].Field("bytes");
            for (int i = 0; i < chunk.RowCount; i++) yield return Image.Decode(bytes.Bytes(i));
        }
    }
}
