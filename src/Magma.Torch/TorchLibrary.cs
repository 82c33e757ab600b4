using System.Runtime.InteropServices;
using Magma.Torch.Native;
using TorchSharp;

namespace Magma.Torch;

/// <summary>The libtorch in use: what <c>magma doctor</c> shows of it.</summary>
public static class TorchLibrary
{
    /// <summary>The version that the shim was built against, as "1.13.1".</summary>
    public static string Version => Describe(0);

    /// <summary>Threads inside one operator.</summary>
    public static int Threads => torch.get_num_threads();

    /// <summary>OpenBLAS with its build when libtorch uses it, else what libtorch says of its BLAS.</summary>
    public static string Blas
    {
        get
        {
            var openBlas = Describe(3).Trim();
            return openBlas.Length > 0 ? openBlas : "no OpenBLAS found: products are slow (install libopenblas0-pthread)";
        }
    }

    /// <summary>CUDA devices that can be used; 0 with a libtorch built for the CPU only.</summary>
    public static int CudaDevices => torch.cuda.device_count();

    /// <summary>libtorch's own account of how it was built (compilers, libraries, instruction sets), several lines.</summary>
    public static string BuildConfiguration => Describe(1);

    /// <summary>libtorch's own account of its threads, several lines.</summary>
    public static string Threading => Describe(2);

    private static unsafe string Describe(int what)
    {
        byte* text;
        NativeMethods.Check(NativeMethods.mt_describe(what, &text));
        return Marshal.PtrToStringUTF8((IntPtr)text)!;
    }
}
