using System.Buffers;
using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>A connected region of a probability map.</summary>
/// <param name="Box">The upright box around it, in pixels of the map.</param>
/// <param name="Quad">The smallest turned rectangle around it, in pixels of the map.</param>
/// <param name="Mean">The mean of the map under the turned rectangle.</param>
public readonly record struct MapRegion(PixelBox Box, Quad Quad, double Mean)
{
    /// <summary>Finds the regions in which a map exceeds a threshold (8-connected; holes are not looked into).</summary>
    /// <param name="map">The map, row by row.</param>
    /// <param name="size">Its columns and rows, each at least 1.</param>
    /// <param name="threshold">What a value must exceed.</param>
    /// <param name="most">No more regions than this are returned; an attacker's picture may have hundreds of thousands.</param>
    /// <returns>The regions, from the bottom of the map to its top.</returns>
    /// <exception cref="ArgumentException">The map's length does not fit its size.</exception>
    public static MapRegion[] Find(ReadOnlySpan<float> map, PixelSize size, float threshold, int most = 4096)
    {
        if (size.Width < 1 || size.Height < 1 || map.Length != size.Area)
            throw new ArgumentException($"a map of {size} has {size.Area} values, but {map.Length} were given", nameof(map));
        double[] quads = ArrayPool<double>.Shared.Rent(most * 8), means = ArrayPool<double>.Shared.Rent(most);
        int[] boxes = ArrayPool<int>.Shared.Rent(most * 4);
        VisionNative.Check(
            VisionNative.MapRegions(map, size.Width, size.Height, threshold, most, quads, boxes, means, out int count),
            $"finding regions in a map of {size}");
        var regions = new MapRegion[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> q = quads.AsSpan(i * 8, 8);
            ReadOnlySpan<int> b = boxes.AsSpan(i * 4, 4);
            regions[i] = new MapRegion(
                new(b[0], b[1], b[2], b[3]), new(new(q[0], q[1]), new(q[2], q[3]), new(q[4], q[5]), new(q[6], q[7])), means[i]);
        }

        ArrayPool<double>.Shared.Return(quads);
        ArrayPool<double>.Shared.Return(means);
        ArrayPool<int>.Shared.Return(boxes);
        return regions;
    }
}
