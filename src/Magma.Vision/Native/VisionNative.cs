using System.Runtime.InteropServices;

namespace Magma.Vision.Native;

/// <summary>The exports of <c>libmagma_vision.so</c>; <c>magma_vision.h</c> says what each does.</summary>
internal static partial class VisionNative
{
    private const string Library = "magma_vision";

    /// <summary>Turns a status into an exception that names the operation and what it was given.</summary>
    /// <exception cref="ArgumentException">The caller's mistake.</exception>
    /// <exception cref="InvalidDataException">Broken input.</exception>
    /// <exception cref="ExternalException">OpenCV, a codec or the memory allocator failed.</exception>
    public static void Check(int status, FormattableString operation)
    {
        if (status == 0)
            return;
        string message = $"{FormattableString.Invariant(operation)}: {Marshal.PtrToStringUTF8(LastError())}";
        throw status switch
        {
            1 => new ArgumentException(message),
            2 => new InvalidDataException(message),
            _ => new ExternalException(message),
        };
    }

    [LibraryImport(Library, EntryPoint = "mv_last_error")]
    private static partial nint LastError();

    [LibraryImport(Library, EntryPoint = "mv_opencv_version")]
    public static partial nint OpenCvVersion();

    [LibraryImport(Library, EntryPoint = "mv_opencv_build")]
    public static partial nint OpenCvBuild();

    [LibraryImport(Library, EntryPoint = "mv_codec_versions")]
    public static partial nint CodecVersions();

    [LibraryImport(Library, EntryPoint = "mv_threads")]
    public static partial int Threads();

    [LibraryImport(Library, EntryPoint = "mv_set_threads")]
    public static partial int SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "mv_image_live")]
    public static partial long ImageLive();

    [LibraryImport(Library, EntryPoint = "mv_image_new")]
    public static partial int ImageNew(int width, int height, out ImageHandle image);

    [LibraryImport(Library, EntryPoint = "mv_image_free")]
    public static partial void ImageFree(nint image);

    [LibraryImport(Library, EntryPoint = "mv_image_pixels")]
    public static partial int ImagePixels(ImageHandle image, out nint pixels, out int width, out int height);

    [LibraryImport(Library, EntryPoint = "mv_image_clone")]
    public static partial int ImageClone(ImageHandle image, out ImageHandle copy);

    [LibraryImport(Library, EntryPoint = "mv_image_crop")]
    public static partial int ImageCrop(ImageHandle image, int x, int y, int width, int height, out ImageHandle part);

    [LibraryImport(Library, EntryPoint = "mv_image_resize")]
    public static partial int ImageResize(ImageHandle image, int width, int height, Interpolation interpolation, out ImageHandle resized);

    [LibraryImport(Library, EntryPoint = "mv_image_orient")]
    public static partial int ImageOrient(ImageHandle image, int orientation, out ImageHandle upright);

    [LibraryImport(Library, EntryPoint = "mv_image_warp")]
    public static partial int ImageWarp(
        ImageHandle image, ReadOnlySpan<double> matrix, int width, int height, Interpolation interpolation, out ImageHandle warped);

    [LibraryImport(Library, EntryPoint = "mv_image_decode")]
    public static partial int ImageDecode(
        ImageFormat format, ReadOnlySpan<byte> bytes, long length, int width, int height, out ImageHandle image);

    [LibraryImport(Library, EntryPoint = "mv_image_encode")]
    public static partial int ImageEncode(ImageHandle image, ImageFormat format, int quality, out BufferHandle buffer);

    [LibraryImport(Library, EntryPoint = "mv_buffer_bytes")]
    public static partial int BufferBytes(BufferHandle buffer, out nint bytes, out long length);

    [LibraryImport(Library, EntryPoint = "mv_buffer_free")]
    public static partial void BufferFree(nint buffer);

    [LibraryImport(Library, EntryPoint = "mv_fill_rectangle")]
    public static partial int FillRectangle(ImageHandle image, int x1, int y1, int x2, int y2, uint color, double opacity);

    [LibraryImport(Library, EntryPoint = "mv_draw_rectangle")]
    public static partial int DrawRectangle(ImageHandle image, int x1, int y1, int x2, int y2, uint color, int thickness);

    [LibraryImport(Library, EntryPoint = "mv_draw_circle")]
    public static partial int DrawCircle(ImageHandle image, int x, int y, int radius, uint color, int thickness);

    [LibraryImport(Library, EntryPoint = "mv_draw_line")]
    public static partial int DrawLine(ImageHandle image, int x1, int y1, int x2, int y2, uint color, int thickness);

    [LibraryImport(Library, EntryPoint = "mv_font_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int FontOpen(string path, out FontHandle font);

    [LibraryImport(Library, EntryPoint = "mv_font_free")]
    public static partial void FontFree(nint font);

    [LibraryImport(Library, EntryPoint = "mv_font_line")]
    public static partial int FontLine(FontHandle font, int size, out int ascent, out int descent);

    [LibraryImport(Library, EntryPoint = "mv_font_measure")]
    public static partial int FontMeasure(
        FontHandle font, int size, ReadOnlySpan<uint> utf32, int count, out int advance, Span<int> ink);

    [LibraryImport(Library, EntryPoint = "mv_draw_text")]
    public static partial int DrawText(
        ImageHandle image, FontHandle font, int size, ReadOnlySpan<uint> utf32, int count, int x, int baseline, uint color);

    [LibraryImport(Library, EntryPoint = "mv_pyramid_live")]
    public static partial long PyramidLive();

    [LibraryImport(Library, EntryPoint = "mv_pyramid_new")]
    public static partial int PyramidNew(
        ReadOnlySpan<byte> pixels, int width, int height, int channels, long stride, int window, int levels, out PyramidHandle pyramid);

    [LibraryImport(Library, EntryPoint = "mv_pyramid_free")]
    public static partial void PyramidFree(nint pyramid);

    [LibraryImport(Library, EntryPoint = "mv_flow")]
    public static partial int Flow(
        PyramidHandle from, PyramidHandle to, ReadOnlySpan<float> points, int count, int window, int levels, int iterations,
        double epsilon, double minEigenvalue, int useGuess, Span<float> moved, Span<byte> found, Span<float> error);

    [LibraryImport(Library, EntryPoint = "mv_dense_flow")]
    public static partial int DenseFlow(
        PyramidHandle from, PyramidHandle to, ReadOnlySpan<float> points, int count, Span<float> moved, Span<byte> found);

    [LibraryImport(Library, EntryPoint = "mv_patches")]
    public static partial int Patches(
        PyramidHandle pyramid, ReadOnlySpan<float> points, int count, Span<float> patches, Span<float> structure);

    [LibraryImport(Library, EntryPoint = "mv_patch_differences")]
    public static partial int PatchDifferences(
        ReadOnlySpan<float> patches, ReadOnlySpan<float> others, int count, Span<float> differences);

    [LibraryImport(Library, EntryPoint = "mv_patch_fit")]
    public static partial int PatchFit(
        PyramidHandle from, PyramidHandle to, ReadOnlySpan<float> points, ReadOnlySpan<float> guesses, int count, int steps,
        float epsilon, Span<float> places, Span<float> differences);

    [LibraryImport(Library, EntryPoint = "mv_good_features")]
    public static partial int GoodFeatures(
        ReadOnlySpan<byte> pixels, int width, int height, int channels, long stride, int most, double quality, double minDistance,
        int block, Span<float> corners, out int count);

    [LibraryImport(Library, EntryPoint = "mv_homography")]
    public static partial int Homography(
        ReadOnlySpan<double> from, ReadOnlySpan<double> to, int count, int method, double threshold, int iterations, double confidence,
        Span<double> matrix, Span<byte> inliers, out int found);

    [LibraryImport(Library, EntryPoint = "mv_transform_points")]
    public static partial int TransformPoints(ReadOnlySpan<double> matrix, ReadOnlySpan<double> from, int count, Span<double> to);

    [LibraryImport(Library, EntryPoint = "mv_image_planes")]
    public static partial int ImagePlanes(
        ImageHandle image, ReadOnlySpan<double> quad, int width, int height, Interpolation interpolation, ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift, int blueFirst, long rowStride, long planeStride, ref float planes);

    [LibraryImport(Library, EntryPoint = "mv_map_regions")]
    public static partial int MapRegions(
        ReadOnlySpan<float> map, int width, int height, float threshold, int most, Span<double> quads, Span<int> boxes,
        Span<double> means, out int count);

    [LibraryImport(Library, EntryPoint = "mv_surfaces")]
    public static partial int Surfaces(
        ImageHandle image, double step, int leastSide, int most, Span<int> boxes, Span<double> fills, out int count);

    [LibraryImport(Library, EntryPoint = "mv_detail_clusters")]
    public static partial int DetailClusters(
        ImageHandle image, double step, int join, ReadOnlySpan<int> hidden, int hiddenCount, int most, Span<int> boxes, Span<double> fills,
        out int count);
}
