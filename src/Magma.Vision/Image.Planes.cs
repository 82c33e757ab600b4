using System.Runtime.InteropServices;
using Magma.Vision.Native;

namespace Magma.Vision;

public sealed partial class Image
{
    /// <summary>Straightens and resizes a part of the picture into three planes of floating-point numbers, as networks read them.</summary>
    /// <param name="source">The part; it may be turned, seen at an angle, or stick out (the border's pixels are repeated there).</param>
    /// <param name="size">Columns and rows of each plane that are written, each at least 1.</param>
    /// <param name="format">Channel order and normalisation.</param>
    /// <param name="planes">Receives the planes one after another; whatever lies beyond the written columns and rows stays as it is.</param>
    /// <param name="plane">Columns and rows of each plane in memory, at least <paramref name="size"/>.</param>
    /// <param name="interpolation">Linear, the default, suits moderate changes of size.</param>
    /// <exception cref="ArgumentException">The planes are too small.</exception>
    public void CopyPlanes(
        Quad source, PixelSize size, PlaneFormat format, Span<float> planes, PixelSize plane, Interpolation interpolation = Interpolation.Linear)
    {
        RequireSize(size);
        if (size.Width > plane.Width || size.Height > plane.Height || planes.Length < Channels * plane.Area)
        {
            throw new ArgumentException(
                $"{Channels} planes of {plane} take {Channels * plane.Area} numbers and hold {size}, but there is room for {planes.Length}", nameof(planes));
        }
        ReadOnlySpan<double> quad =
        [
            source.TopLeft.X, source.TopLeft.Y, source.TopRight.X, source.TopRight.Y,
            source.BottomRight.X, source.BottomRight.Y, source.BottomLeft.X, source.BottomLeft.Y,
        ];
        ReadOnlySpan<float> scale = [1 / format.Deviation.Item1, 1 / format.Deviation.Item2, 1 / format.Deviation.Item3];
        ReadOnlySpan<float> shift =
            [-format.Mean.Item1 / format.Deviation.Item1, -format.Mean.Item2 / format.Deviation.Item2, -format.Mean.Item3 / format.Deviation.Item3];
        VisionNative.Check(
            VisionNative.ImagePlanes(
                _handle, quad, size.Width, size.Height, interpolation, scale, shift, format.BlueFirst ? 1 : 0,
                plane.Width, plane.Area, ref MemoryMarshal.GetReference(planes)),
            $"reading {source.Bounds} of a picture of {Size} pixels as planes of {size}");
    }
}
