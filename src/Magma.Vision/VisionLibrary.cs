using System.Runtime.InteropServices;
using Magma.Vision.Native;

namespace Magma.Vision;

/// <summary>The native libraries under this assembly: what they are, and how many threads they take.</summary>
public static class VisionLibrary
{
    /// <summary>OpenCV's version, such as <c>4.6.0</c>.</summary>
    public static string OpenCvVersion => Text(VisionNative.OpenCvVersion());

    /// <summary>OpenCV's own report on how it was built: many lines.</summary>
    public static string OpenCvBuild => Text(VisionNative.OpenCvBuild());

    /// <summary>Versions of libpng, libjpeg-turbo, libwebp and FreeType, in one line.</summary>
    public static string CodecVersions => Text(VisionNative.CodecVersions());

    /// <summary>Threads that one OpenCV operation may use, in the whole process; results do not depend on it, but for
    /// <see cref="OpticalFlow.TrackDense"/>. At least 1.</summary>
    /// <exception cref="ArgumentException">Set to less than 1.</exception>
    public static int Threads
    {
        get => VisionNative.Threads();
        set => VisionNative.Check(VisionNative.SetThreads(value), $"setting {value} threads");
    }

    private static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";
}
