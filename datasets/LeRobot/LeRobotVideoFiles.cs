using Magma.Datasets.Episodes;
using Magma.Vision;

namespace Magma.Datasets.LeRobot;

/// <summary>Where an episode went in the videos of a camera.</summary>
internal sealed record LeRobotVideoPlace(long Chunk, long File, double From, double To);

/// <summary>The video files of one camera that is being written: episodes follow one another in a file until it is full.</summary>
internal sealed class LeRobotVideoFiles(
    LeRobotFeature camera, int framesPerSecond, int megabytes, Func<int, string, string> pathOf) : IDisposable
{
    private const int ChunkSize = 1_000;

    /// <summary>An upper bound of what a pixel takes in H.264 at the writer's quality; robot scenes stay far below.</summary>
    private const double BytesPerPixel = 0.125;

    private VideoWriter? writer;
    private int file = -1;
    private long framesInFile;

    public LeRobotVideoPlace Append(RobotEpisode episode, IReadOnlyList<FeatureSummary> summaries, CancellationToken stop)
    {
        PixelSize size = camera.PictureSize;
        long most = (long)(((long)megabytes << 20) / (BytesPerPixel * size.Width * size.Height));
        if (writer is null || framesInFile + episode.Steps.Count > Math.Max(most, 1))
        {
            Finish();
            writer = new VideoWriter(pathOf(++file, camera.Name), size, new FrameRate(framesPerSecond), cancellation: stop);
            framesInFile = 0;
        }

        long from = framesInFile;
        foreach (Image frame in episode.Frames(camera.Name))
        {
            using (frame)
            {
                if (frame.Size != size)
                    throw new ArgumentException(
                        $"Episode '{episode.Id}': a frame of '{camera.Name}' is {frame.Size}, the data set says {size}.");
                writer.Write(frame);
                foreach (FeatureSummary summary in summaries) summary.Add(frame);
            }

            framesInFile++;
        }

        if (framesInFile - from != episode.Steps.Count)
            throw new ArgumentException(
                $"Episode '{episode.Id}' has {framesInFile - from} frames of '{camera.Name}' for {episode.Steps.Count} steps.");
        return new LeRobotVideoPlace(
            file / ChunkSize, file % ChunkSize, (double)from / framesPerSecond, (double)framesInFile / framesPerSecond);
    }

    public void Finish()
    {
        writer?.Finish();
        Dispose();
    }

    public void Dispose()
    {
        writer?.Dispose();
        writer = null;
    }
}
