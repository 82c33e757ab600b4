using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>
/// A picture: 8-bit sRGB, three bytes a pixel, row by row from the top without gaps, in native memory. The owner disposes of it; a
/// finalizer gives the memory back when the owner forgot. Reading from several threads at once is fine, writing is for one thread.
/// </summary>
public sealed partial class Image : IDisposable
{
    /// <summary>Bytes a pixel: red, green, blue.</summary>
    public const int Channels = 3;

    private readonly ImageHandle _handle;
    private readonly nint _pixels;

    /// <summary>A black picture.</summary>
    /// <param name="size">Columns and rows, each at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or the picture has over 715,827,882 pixels (2 GB).</exception>
    public Image(PixelSize size)
        : this(New(size))
    {
    }

    internal Image(ImageHandle handle)
    {
        _handle = handle;
        VisionNative.Check(VisionNative.ImagePixels(handle, out _pixels, out int width, out int height), $"reading a picture");
        Size = new(width, height);
    }

    /// <summary>Pictures whose native memory is not given back yet, in the whole process; for tests that look for leaks.</summary>
    public static long LiveCount => VisionNative.ImageLive();

    /// <summary>Columns and rows, in pixels.</summary>
    public PixelSize Size { get; }

    /// <summary>Columns, in pixels.</summary>
    public int Width => Size.Width;

    /// <summary>Rows, in pixels.</summary>
    public int Height => Size.Height;

    /// <summary>
    /// All pixels: byte <c>(y * Width + x) * 3 + c</c> is channel c (red, green, blue) of column x in row y. The span is the picture's
    /// own memory: it must not be used after <see cref="Dispose"/>, nor when nothing refers to the picture any more.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The picture was disposed of.</exception>
    public unsafe Span<byte> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return new((void*)_pixels, checked((int)(Size.Area * Channels)));
        }
    }

    internal ImageHandle Handle => _handle;

    /// <summary>A picture from pixels in memory, which are copied.</summary>
    /// <param name="size">Columns and rows, each at least 1.</param>
    /// <param name="rgb">Red, green, blue, row by row from the top without gaps; exactly width × height × 3 bytes.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size.</exception>
    public static Image FromPixels(PixelSize size, ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length != size.Area * Channels)
        {
            throw new ArgumentException(
                $"a picture of {size} pixels takes {size.Area * Channels} bytes of RGB, but {rgb.Length} were given", nameof(rgb));
        }
        var image = new Image(size);
        rgb.CopyTo(image.Pixels);
        return image;
    }

    /// <summary>A copy with memory of its own.</summary>
    public Image Clone()
    {
        VisionNative.Check(VisionNative.ImageClone(_handle, out ImageHandle copy), $"copying a picture of {Size} pixels");
        return new(copy);
    }

    /// <summary>The picture in another size.</summary>
    /// <param name="size">Columns and rows of the result, each at least 1; the aspect ratio is the caller's concern.</param>
    /// <param name="interpolation">Area, the default, is right for shrinking.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or the result has over 715,827,882 pixels (2 GB).</exception>
    public Image Resize(PixelSize size, Interpolation interpolation = Interpolation.Area)
    {
        RequireSize(size);
        VisionNative.Check(
            VisionNative.ImageResize(_handle, size.Width, size.Height, interpolation, out ImageHandle resized),
            $"resizing a picture from {Size} to {size} pixels");
        return new(resized);
    }

    /// <summary>A copy of the part inside a box.</summary>
    /// <param name="box">Pixels; edges are rounded to whole pixels, and what lies outside the picture is left away.</param>
    /// <exception cref="ArgumentException">Nothing of the picture lies inside the box.</exception>
    public Image Crop(PixelBox box)
    {
        var (x1, y1, x2, y2) = Edges(box.Clip(Size));
        if (x2 <= x1 || y2 <= y1)
            throw new ArgumentException($"{box} covers nothing of a picture of {Size} pixels", nameof(box));
        VisionNative.Check(
            VisionNative.ImageCrop(_handle, x1, y1, x2 - x1, y2 - y1, out ImageHandle part),
            $"cropping a picture of {Size} pixels to {box}");
        return new(part);
    }

    /// <summary>The picture turned and mirrored as an EXIF orientation says (EXIF 2.3, section 4.6.4).</summary>
    /// <param name="orientation">1 to 8; 1 is a plain copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The orientation is not from 1 to 8.</exception>
    public Image Orient(int orientation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(orientation, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orientation, 8);
        VisionNative.Check(
            VisionNative.ImageOrient(_handle, orientation, out ImageHandle upright),
            $"turning a picture of {Size} pixels by orientation {orientation}");
        return new(upright);
    }

    /// <summary>The picture as it looks after its points moved by a homography; what comes from outside is black.</summary>
    /// <param name="homography">From places in this picture to places in the result, in pixels.</param>
    /// <param name="size">Columns and rows of the result, each at least 1.</param>
    /// <param name="interpolation">Nearest, linear, cubic or Lanczos; area counts as linear.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or the result has over 715,827,882 pixels (2 GB).</exception>
    public Image Warp(Homography homography, PixelSize size, Interpolation interpolation = Interpolation.Linear)
    {
        RequireSize(size);
        // OpenCV counts from the middle of the first pixel, this library from its corner: shift, apply, shift back.
        ReadOnlySpan<double> h = homography.Matrix;
        Span<double> centered = stackalloc double[9];
        for (int row = 0; row < 3; row++)
        {
            centered[3 * row] = h[3 * row] - (row < 2 ? h[6] / 2 : 0);
            centered[3 * row + 1] = h[3 * row + 1] - (row < 2 ? h[7] / 2 : 0);
            centered[3 * row + 2] = h[3 * row + 2] - (row < 2 ? h[8] / 2 : 0) + (centered[3 * row] + centered[3 * row + 1]) / 2;
        }
        Interpolation supported = interpolation == Interpolation.Area ? Interpolation.Linear : interpolation;
        VisionNative.Check(
            VisionNative.ImageWarp(_handle, centered, size.Width, size.Height, supported, out ImageHandle warped),
            $"warping a picture from {Size} to {size} pixels");
        return new(warped);
    }

    /// <summary>Gives the native memory back.</summary>
    public void Dispose() => _handle.Dispose();

    private static ImageHandle New(PixelSize size)
    {
        RequireSize(size);
        VisionNative.Check(VisionNative.ImageNew(size.Width, size.Height, out ImageHandle handle), $"making a picture of {size} pixels");
        return handle;
    }

    // A span counts bytes with an int.
    private static void RequireSize(PixelSize size)
    {
        if (size.Width < 1 || size.Height < 1 || size.Area > int.MaxValue / Channels)
        {
            throw new ArgumentOutOfRangeException(
                nameof(size), size, $"a picture has at least 1 pixel a side and at most {int.MaxValue / Channels} pixels, not {size}");
        }
    }

    private static (int X1, int Y1, int X2, int Y2) Edges(PixelBox box) => (Round(box.X1), Round(box.Y1), Round(box.X2), Round(box.Y2));

    // Far outside every picture is as good as farther outside, and cannot overflow in native code.
    private static int Round(double value, int scale = 1) =>
        double.IsNaN(value)
            ? throw new ArgumentException("a coordinate is not a number")
            : (int)Math.Floor(Math.Clamp(value * scale, -(1 << 26), 1 << 26) + 0.5);
}
