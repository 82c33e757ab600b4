using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    private static ScalarType defaultType = ScalarType.Float32;

    /// <summary>The version of libtorch that the shim was built against.</summary>
    public static unsafe string __version__
    {
        get
        {
            byte* text;
            NativeError.Check(NativeMethods.mt_describe(0, &text));
            return Marshal.PtrToStringUTF8((IntPtr)text)!;
        }
    }

    /// <summary>The type of floating-point tensors when none is given.</summary>
    public static ScalarType get_default_dtype() => defaultType;

    public static void set_default_dtype(ScalarType dtype) => defaultType = dtype;

    public static unsafe int get_num_threads()
    {
        int count;
        NativeError.Check(NativeMethods.mt_get_num_threads(&count));
        return count;
    }

    /// <summary>Threads inside one operator, for libtorch and for OpenBLAS.</summary>
    public static void set_num_threads(int num) => NativeError.Check(NativeMethods.mt_set_num_threads(num));

    public static unsafe int get_num_interop_threads()
    {
        int count;
        NativeError.Check(NativeMethods.mt_get_num_interop_threads(&count));
        return count;
    }

    public static void set_num_interop_threads(int num) => NativeError.Check(NativeMethods.mt_set_num_interop_threads(num));
}
