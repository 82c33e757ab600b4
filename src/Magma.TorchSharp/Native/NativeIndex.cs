using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The kinds of index; the order of indexing.cpp.</summary>
internal enum IndexKind
{
    None,
    Ellipsis,
    Int,
    Bool,
    Slice,
    Tensor,
}

/// <summary>One index as it crosses the border; <see cref="Open"/> stands for an open end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeIndex
{
    public const long Open = long.MinValue;

    public long Start;
    public long Stop;
    public long Step;
    public IntPtr Tensor;
    public IndexKind Kind;
}
