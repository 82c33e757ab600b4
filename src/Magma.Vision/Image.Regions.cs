using System.Numerics.Tensors;
using Magma.Vision.Native;

namespace Magma.Vision;

public sealed partial class Image
{
    // A hostile picture may have hundreds of thousands; no screen has this many.
    private const int MostRegions = 4096;

    /// <summary>
    /// Finds areas of even colour that an outline or another colour surrounds: panels, buttons, fields, cells. What lies on an area, such as
    /// the text of a button, belongs to it.
    /// </summary>
    /// <param name="step">Neighbouring pixels of one area differ by at most this in every channel, 0 to 255.</param>
    /// <param name="leastSide">Areas with a shorter side are left out, in pixels, at least 2.</param>
    /// <returns>
    /// The areas without their outline, one or two pixels smaller on every side than what a person would call the thing; nested areas each for
    /// themselves; at most 4,096, from the bottom of the picture to its top.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public ImageRegion[] FindSurfaces(double step, int leastSide)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(leastSide, 2);
        var boxes = new int[MostRegions * 4];
        var fills = new double[MostRegions];
        VisionNative.Check(
            VisionNative.Surfaces(_handle, step, leastSide, MostRegions, boxes, fills, out int count),
            $"finding surfaces in a picture of {Size} pixels");
        return Regions(boxes, fills, count);
    }

    /// <summary>Whether a box shows nothing: no two neighbouring pixels in it, or across its border, differ.</summary>
    /// <param name="box">In pixels; the part of it that lies in the picture counts.</param>
    /// <param name="step">Pixels differ by more than this in some channel, 0 to 255.</param>
    public bool IsEven(PixelBox box, byte step)
    {
        var around = new PixelBox(Math.Floor(box.X1) - 1, Math.Floor(box.Y1) - 1, Math.Ceiling(box.X2) + 1, Math.Ceiling(box.Y2) + 1);
        PixelBox seen = around.Clip(Size);
        if (seen.IsEmpty) return true;
        int left = 3 * (int)seen.X1, length = 3 * (int)seen.Width, stride = 3 * Width;
        ReadOnlySpan<byte> pixels = Pixels;
        byte[] far = new byte[length], near = new byte[length];
        for (int y = (int)seen.Y1; y < (int)seen.Y2; y++)
        {
            ReadOnlySpan<byte> row = pixels.Slice((y * stride) + left, length);
            if (Differ(row[3..], row[..^3], far, near) > step) return false;
            if (y > (int)seen.Y1 && Differ(row, pixels.Slice(((y - 1) * stride) + left, length), far, near) > step) return false;
        }

        return true;
    }

    private static byte Differ(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, Span<byte> far, Span<byte> near)
    {
        if (one.IsEmpty) return 0;
        TensorPrimitives.Max(one, other, far);
        TensorPrimitives.Min(one, other, near);
        TensorPrimitives.Subtract<byte>(far[..one.Length], near[..one.Length], far);
        return TensorPrimitives.Max<byte>(far[..one.Length]);
    }

    /// <summary>Finds clusters of detail on even ground: glyphs, icons, small pictures.</summary>
    /// <param name="step">Detail is where neighbouring pixels differ by more than this in some channel, 0 to 255.</param>
    /// <param name="join">Details with fewer pixels than this between them are one cluster; odd, at least 1.</param>
    /// <param name="hidden">Boxes in which detail does not count, in pixels.</param>
    /// <returns>The clusters, <see cref="ImageRegion.Fill"/> being the share of detail in the box; at most 4,096, by their first pixel from the top.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException"><paramref name="join"/> is even.</exception>
    public ImageRegion[] FindDetailClusters(double step, int join, IReadOnlyList<PixelBox> hidden)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(join, 1);
        if (join % 2 == 0) throw new ArgumentException($"join must be odd, but {join} was given", nameof(join));
        int[] covers = new int[hidden.Count * 4];
        for (int i = 0; i < hidden.Count; i++)
        {
            PixelBox box = hidden[i].Clip(Size);
            if (box.IsEmpty) continue;
            covers[4 * i] = (int)Math.Floor(box.X1);
            covers[4 * i + 1] = (int)Math.Floor(box.Y1);
            covers[4 * i + 2] = (int)Math.Ceiling(box.X2);
            covers[4 * i + 3] = (int)Math.Ceiling(box.Y2);
        }

        var boxes = new int[MostRegions * 4];
        var fills = new double[MostRegions];
        VisionNative.Check(
            VisionNative.DetailClusters(_handle, step, join, covers, hidden.Count, MostRegions, boxes, fills, out int count),
            $"finding clusters of detail in a picture of {Size} pixels");
        return Regions(boxes, fills, count);
    }

    private static ImageRegion[] Regions(int[] boxes, double[] fills, int count)
    {
        var regions = new ImageRegion[count];
        for (int i = 0; i < count; i++)
        {
            regions[i] = new ImageRegion(new PixelBox(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]), fills[i]);
        }

        return regions;
    }
}
