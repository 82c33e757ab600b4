using System.Runtime.InteropServices;

namespace Magma.Torch.Native;

/// <summary>
/// The exports of libmagma_torch that TorchSharp's own library does not have. Each returns 0, or 1 with a message in mt_error.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "magma_torch";

    [LibraryImport(Library)]
    public static partial int mt_error(byte** text);

    [LibraryImport(Library)]
    public static partial int mt_describe(int what, byte** text);

    [LibraryImport(Library)]
    public static partial int mt_tensor_from_memory(
        void* data,
        long* sizes,
        int count,
        int dtype,
        delegate* unmanaged<IntPtr, void> release,
        IntPtr context,
        IntPtr* result);

    /// <exception cref="ExternalException">The status is not 0.</exception>
    public static void Check(int status)
    {
        if (status != 0)
        {
            byte* text;
            _ = mt_error(&text);
            throw new ExternalException(Marshal.PtrToStringUTF8((IntPtr)text));
        }
    }
}
