using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>
/// A gray picture with its smaller copies, ready for <see cref="OpticalFlow"/>. Making one costs about as much as
/// following a few hundred points, so keep it for every direction and frame that it takes part in. The owner disposes of it.
/// </summary>
public sealed class ImagePyramid : IDisposable
{
    private readonly PyramidHandle _handle;

    private ImagePyramid(PixelSize size, ReadOnlySpan<byte> pixels, int channels, FlowOptions options)
    {
        if (pixels.Length != size.Area * channels)
        {
            throw new ArgumentException(
                $"a picture of {size} pixels takes {size.Area * channels} bytes, but {pixels.Length} were given", nameof(pixels));
        }
        options.Validate();
        VisionNative.Check(
            VisionNative.PyramidNew(
                pixels, size.Width, size.Height, channels, (long)size.Width * channels, options.Window, options.Levels, out _handle),
            $"making {options.Levels} levels of a picture of {size} pixels");
        Size = size;
        Options = options;
    }

    /// <summary>Pyramids whose native memory is not given back yet, in the whole process; for tests that look for leaks.</summary>
    public static long LiveCount => VisionNative.PyramidLive();

    /// <summary>Columns and rows of the full picture, in pixels.</summary>
    public PixelSize Size { get; }

    /// <summary>The settings that the levels were made for.</summary>
    public FlowOptions Options { get; }

    internal PyramidHandle Handle => _handle;

    /// <summary>A pyramid over the brightness of a colour picture (ITU-R BT.601 weights).</summary>
    /// <param name="image">The picture; not needed afterwards.</param>
    /// <param name="options">Settings of the flow; null for the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public static ImagePyramid FromImage(Image image, FlowOptions? options = null)
    {
        var pyramid = new ImagePyramid(image.Size, image.Pixels, Image.Channels, options ?? FlowOptions.Default);
        GC.KeepAlive(image);
        return pyramid;
    }

    /// <summary>A pyramid over gray pixels.</summary>
    /// <param name="size">Columns and rows, each at least 1.</param>
    /// <param name="gray">One byte a pixel, row by row from the top without gaps; copied.</param>
    /// <param name="options">Settings of the flow; null for the defaults.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size, or a setting is out of range.</exception>
    public static ImagePyramid FromGray(PixelSize size, ReadOnlySpan<byte> gray, FlowOptions? options = null) =>
        new(size, gray, 1, options ?? FlowOptions.Default);

    /// <summary>Gives the native memory back.</summary>
    public void Dispose() => _handle.Dispose();
}
