using Magma.Vision;

namespace Magma.Models.Processing;

/// <summary>A video as the list of frames that the model sees.</summary>
public static class VideoFrames
{
    /// <summary>Frames of a video in training.</summary>
    public const int Trained = 32;

    /// <summary>Evenly spaced frames of a video, the first and the last among them, upright; the caller disposes of them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">Frames to take, at least 1; a shorter video gives some of its frames more than once, as in training.</param>
    /// <param name="cancellation">Stops between frames.</param>
    /// <exception cref="InvalidDataException">The file is no video, or holds no frame.</exception>
    public static List<Image> Read(string path, int wanted = Trained, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1);
        int[] indices = MagmaProcessor.FrameIndices(Count(path, cancellation), wanted);
        var frames = new List<Image>();
        try
        {
            using VideoReader reader = VideoReader.Open(path, cancellation: cancellation);
            using var frame = new Image(reader.FrameSize);
            for (int index = 0; frames.Count < wanted && reader.Read(frame, out _); index++)
            {
                while (frames.Count < wanted && indices[frames.Count] == index) frames.Add(frame.Clone());
            }

            return frames;
        }
        catch
        {
            frames.ForEach(frame => frame.Dispose());
            throw;
        }
    }

    // A header may claim more frames than there are, so they are counted, in gray and small.
    private static int Count(string path, CancellationToken cancellation)
    {
        using VideoReader reader = VideoReader.Open(
            path, new VideoReadOptions { Size = new PixelSize(16, 16), Pixels = FramePixels.Gray }, cancellation);
        var pixels = new byte[reader.FrameBytes];
        int count = 0;
        while (reader.Read(pixels, out _)) count++;
        return count > 0 ? count : throw new InvalidDataException($"{path} holds no frame that can be decoded.");
    }
}
