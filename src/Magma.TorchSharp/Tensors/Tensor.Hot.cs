using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Operators with integer arguments that models call most have an export of their own (views.cpp).</summary>
    public unsafe partial class Tensor
    {
        private const int NoType = -1;

        private static string Name(RoundingMode mode) => mode == RoundingMode.floor ? "floor" : "trunc";

        private Tensor Typed(ScalarType? type) => type is null || type == dtype ? this : to_type(type.Value);

        private Tensor Softmax(long dim, ScalarType? type)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_softmax(Handle, dim, (int?)type ?? NoType, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        private Tensor TotalOf(ScalarType? type)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_sum(Handle, (int?)type ?? NoType, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        private Tensor SumOver(ReadOnlySpan<long> over, bool keepdim, ScalarType? type)
        {
            IntPtr result;
            fixed (long* dims = over)
            {
                NativeError.Check(NativeMethods.mt_sum_dim(Handle, dims, over.Length, keepdim ? 1 : 0, (int?)type ?? NoType, &result));
            }

            GC.KeepAlive(this);
            return new(result);
        }

        private Tensor MeanOver(ReadOnlySpan<long> over, bool keepdim, ScalarType? type)
        {
            IntPtr result;
            fixed (long* dims = over)
            {
                NativeError.Check(NativeMethods.mt_mean_dim(Handle, dims, over.Length, keepdim ? 1 : 0, (int?)type ?? NoType, &result));
            }

            GC.KeepAlive(this);
            return new(result);
        }
    }

    private static unsafe Tensor Join(ReadOnlySpan<Tensor> tensors, long dim)
    {
        var handles = tensors.Length <= 64 ? stackalloc IntPtr[tensors.Length] : new IntPtr[tensors.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            handles[i] = tensors[i].Handle;
        }

        IntPtr result;
        fixed (IntPtr* list = handles)
        {
            NativeError.Check(NativeMethods.mt_cat(list, tensors.Length, dim, &result));
        }

        foreach (var tensor in tensors)
        {
            GC.KeepAlive(tensor);
        }

        return new(result);
    }
}
