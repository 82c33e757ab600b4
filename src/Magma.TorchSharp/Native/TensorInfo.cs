using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>
/// A tensor's metadata in one native call; mirrors the struct of tensor.cpp. The pointers are valid while the tensor lives.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorInfo
{
    public long ElementCount;
    public long StorageOffset;
    public long* Sizes;
    public long* Strides;
    public int Dimensions;
    public int DType;
    public int DeviceType;
    public int DeviceIndex;
    public int RequiresGrad;
    public int IsLeaf;
    public int IsContiguous;
    public int ElementSize;
}
