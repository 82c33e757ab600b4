using Magma.Data;
using Magma.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>The features of a clip. The owner disposes of it.</summary>
/// <param name="Size">The clip's frames.</param>
/// <param name="Features">Features of its frames, brought to 512×384.</param>
public sealed record CoTrackerClip(PixelSize Size, CoTrackerFeatures Features) : IDisposable
{
    /// <summary>Encodes a clip.</summary>
    /// <param name="network">The network.</param>
    /// <param name="frames">At least one, all of one size.</param>
    /// <param name="cancellation">Asked before every frame.</param>
    /// <exception cref="ArgumentException">There is no frame, or the frames differ in size.</exception>
    public static CoTrackerClip Of(CoTrackerNetwork network, IReadOnlyList<Image> frames, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0) throw new ArgumentException("There is no frame to follow points in.", nameof(frames));
        PixelSize size = frames[0].Size;
        if (frames.Any(frame => frame.Size != size)) throw new ArgumentException($"All frames must be of one size; the first is {size}.", nameof(frames));
        var parts = new List<CoTrackerFeatures>();
        try
        {
            foreach (Image frame in frames)
            {
                cancellation.ThrowIfCancellationRequested();
                parts.Add(Encode(network, frame));
            }

            return new CoTrackerClip(size, CoTrackerFeatures.Join(parts));
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    /// <summary>A frame as the network takes it, (1, 3, 384, 512) from -1 to 1; bilinear, the corners' middles kept.</summary>
    public static Tensor ToInput(Image frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels = empty([1, frame.Height, frame.Width, 3], ScalarType.Byte, CPU);
        frame.Pixels.CopyTo(pixels.bytes);
        Tensor planes = pixels.permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous();
        long[] size = [CoTrackerPoints.Frame.Height, CoTrackerPoints.Frame.Width];
        Tensor resized = nn.functional.interpolate(planes, size, mode: InterpolationMode.Bilinear, align_corners: true);
        return resized.div_(255).mul_(2).sub_(1).MoveToOuterDisposeScope();
    }

    internal static CoTrackerFeatures Encode(CoTrackerNetwork network, Image frame)
    {
        using IDisposable unrecorded = no_grad();
        using Tensor input = ToInput(frame);
        using Tensor encoded = network.Encoder.call(input);
        return CoTrackerFeatures.Of(encoded);
    }

    /// <inheritdoc/>
    public void Dispose() => Features.Dispose();
}

/// <summary>What the network found for some points in some frames. (0, 0) is the middle of a clip's top-left pixel.</summary>
/// <param name="Size">The clip.</param>
/// <param name="First">The clip's frame that step 0 is.</param>
/// <param name="Steps">T.</param>
/// <param name="Count">N.</param>
/// <param name="Positions">(T, N, 2) in pixels of the clip.</param>
/// <param name="Seen">(T, N) how likely each point is seen, 0 to 1.</param>
/// <param name="Sure">(T, N) how likely each position is right, 0 to 1.</param>
/// <param name="Visible">(T, N) whether it counts as seen.</param>
public sealed record CoTrackerTracks(
    PixelSize Size, int First, int Steps, int Count, float[] Positions, float[] Seen, float[] Sure, bool[] Visible)
{
    /// <summary>The same as tracks of this library, in which a pixel's middle is half a pixel from its edges.</summary>
    public Tracks ToTracks() => new(Size, Steps, Count, Array.ConvertAll(Positions, value => value + 0.5f), Visible);

    /// <summary>Takes over what a state says about the first points.</summary>
    internal static CoTrackerTracks Of(CoTrackerState state, PixelSize size, int first, int steps, int count, Func<float, float, bool> isVisible)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor points = state.Points.narrow(0, 0, count).narrow(1, 0, steps).transpose(0, 1).mul(CoTrackerNetwork.Stride);
        float[] positions = [.. points.contiguous().cpu().data<float>()];
        var scale = new CoTrackerScale(size);
        for (int i = 0; i < positions.Length; i += 2) (positions[i], positions[i + 1]) = scale.ToClip(positions[i], positions[i + 1]);
        float[] seen = Read(state.Seen), sure = Read(state.Sure);
        var visible = new bool[seen.Length];
        for (int i = 0; i < visible.Length; i++) visible[i] = isVisible(seen[i], sure[i]);
        return new CoTrackerTracks(size, first, steps, count, positions, seen, sure, visible);

        float[] Read(Tensor logits) =>
            [.. logits.narrow(0, 0, count).narrow(1, 0, steps).t().sigmoid().contiguous().cpu().data<float>()];
    }
}
