using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Magma.Onnx.Native;

/// <summary>Owns an <c>md_network</c>.</summary>
internal sealed class DnnNetworkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        DnnNative.NetworkFree(handle);
        return true;
    }
}

/// <summary>Owns an <c>md_result</c>, and keeps its network alive.</summary>
internal sealed class DnnResultHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly DnnNetworkHandle _network;

    public DnnResultHandle(DnnNetworkHandle network, nint result)
        : base(ownsHandle: true)
    {
        _network = network;
        SetHandle(result);
        bool added = false;
        network.DangerousAddRef(ref added);
    }

    protected override bool ReleaseHandle()
    {
        DnnNative.ResultFree(handle);
        _network.DangerousRelease();
        return true;
    }
}

/// <summary>An <c>md_step</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DnnStep
{
    public int Operation, Input, Other, Outputs, Groups, KernelHeight, KernelWidth, StrideHeight, StrideWidth, Top, Left, Bottom, Right, Activation;
    public float Alpha, Beta;
    public nint Weights, Bias;
}

/// <summary>The exports of <c>libmagma_dnn.so</c>; <c>magma_dnn.h</c> says what each does.</summary>
internal static partial class DnnNative
{
    private const string Library = "magma_dnn";

    // Idle threads of OpenMP spin beside ONNX Runtime's unless it is told before its library is loaded; what the user set stays.
    static DnnNative()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null) SetEnvironment("OMP_WAIT_POLICY", "passive", 0);
    }

    /// <summary>Whether this processor multiplies in bfloat16.</summary>
    public static bool Can { get; } = CanMultiply() != 0;

    /// <summary>Of oneDNN.</summary>
    public static string Version => Marshal.PtrToStringUTF8(DnnVersion())!;

    /// <summary>Turns a status into an exception that names the operation and what it was given.</summary>
    /// <exception cref="ArgumentException">The steps do not fit together.</exception>
    /// <exception cref="ExternalException">oneDNN or the memory allocator failed.</exception>
    public static void Check(int status, FormattableString operation)
    {
        if (status == 0) return;
        string message = $"{FormattableString.Invariant(operation)}: {Marshal.PtrToStringUTF8(LastError())}";
        throw status == 1 ? new ArgumentException(message) : new ExternalException(message);
    }

    [LibraryImport(Library, EntryPoint = "md_network_new")]
    public static partial int NetworkNew(
        ReadOnlySpan<DnnStep> steps, int stepCount, ReadOnlySpan<int> results, int resultCount, int channels, int threads, out DnnNetworkHandle network);

    [LibraryImport(Library, EntryPoint = "md_network_free")]
    public static partial void NetworkFree(nint network);

    [LibraryImport(Library, EntryPoint = "md_network_run")]
    public static partial int NetworkRun(DnnNetworkHandle network, int height, int width, nint input, out nint result);

    [LibraryImport(Library, EntryPoint = "md_result_map")]
    public static partial int ResultMap(DnnResultHandle result, int index, out nint numbers, Span<int> shape);

    [LibraryImport(Library, EntryPoint = "md_result_free")]
    public static partial void ResultFree(nint result);

    [LibraryImport(Library, EntryPoint = "md_last_error")]
    private static partial nint LastError();

    [LibraryImport(Library, EntryPoint = "md_version")]
    private static partial nint DnnVersion();

    [LibraryImport(Library, EntryPoint = "md_can")]
    private static partial int CanMultiply();

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
