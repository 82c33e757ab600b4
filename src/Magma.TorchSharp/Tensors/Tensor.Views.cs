using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The same memory under another shape; one size may be -1.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">
        /// The memory cannot be seen that way; reshape copies then.
        /// </exception>
        public Tensor view(params long[] shape)
        {
            IntPtr result;
            fixed (long* sizes = shape)
            {
                NativeError.Check(NativeMethods.mt_view(Handle, sizes, shape.Length, &result));
            }

            GC.KeepAlive(this);
            return new(result);
        }

        /// <summary>A view where that is possible, else a copy; one size may be -1.</summary>
        public Tensor reshape(params long[] shape)
        {
            IntPtr result;
            fixed (long* sizes = shape)
            {
                NativeError.Check(NativeMethods.mt_reshape(Handle, sizes, shape.Length, &result));
            }

            GC.KeepAlive(this);
            return new(result);
        }

        public Tensor permute(params long[] permutation)
        {
            IntPtr result;
            fixed (long* dims = permutation)
            {
                NativeError.Check(NativeMethods.mt_permute(Handle, dims, permutation.Length, &result));
            }

            GC.KeepAlive(this);
            return new(result);
        }

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor expand(params long[] sizes) => Expand(sizes, false);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Expand(sizes, isImplicit);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Expand(sizes, isImplicit);

        public Tensor expand(Size sizes, bool isImplicit = false) => Expand(sizes.Shape, isImplicit);

        /// <summary>The entry at a position of one dimension, which disappears.</summary>
        public Tensor select(long dim, long index)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_select(Handle, dim, index, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        public Tensor slice(long dim, long start, long finish, long step) => Slice(dim, start, finish, step);

        public Tensor narrow(long dim, long start, long length)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_narrow(Handle, dim, start, length, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        public Tensor unsqueeze(long dim)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_unsqueeze(Handle, dim, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        /// <summary>Without the dimension if its size is 1; without all such dimensions when none is named.</summary>
        public Tensor squeeze(long? dim = null)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_squeeze(Handle, dim ?? NativeIndex.Open, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        /// <summary>The last two dimensions exchanged.</summary>
        public Tensor mT => Transpose(-2, -1);

        /// <summary>All dimensions in reverse order.</summary>
        public Tensor T => permute(Enumerable.Range(0, (int)ndim).Reverse().Select(dim => (long)dim));

        private Tensor Slice(long dim, long start, long finish, long step)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_slice(Handle, dim, start, finish, step, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        private Tensor Transpose(long dim0, long dim1)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_transpose(Handle, dim0, dim1, &result));
            GC.KeepAlive(this);
            return new(result);
        }

        private Tensor Expand(ReadOnlySpan<long> shape, bool isImplicit)
        {
            IntPtr result;
            fixed (long* sizes = shape)
            {
                NativeError.Check(NativeMethods.mt_expand(Handle, sizes, shape.Length, isImplicit ? 1 : 0, &result));
            }

            GC.KeepAlive(this);
            return new(result);
        }

        private Tensor Unflatten(long dim, long[] sizes)
        {
            var before = shape;
            var axis = dim < 0 ? dim + before.Length : dim;
            return view([.. before[..(int)axis], .. sizes, .. before[((int)axis + 1)..]]);
        }
    }
}
