using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Turns a bad status of the shim into the exception that TorchSharp throws.</summary>
internal static unsafe class NativeError
{
    /// <exception cref="ExternalException">The status is not 0; the message names the operation, the shapes and the types.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(int status)
    {
        if (status != 0)
        {
            Throw();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw()
    {
        byte* text;
        NativeMethods.mt_error(&text);
        throw new ExternalException(Marshal.PtrToStringUTF8((IntPtr)text));
    }
}
