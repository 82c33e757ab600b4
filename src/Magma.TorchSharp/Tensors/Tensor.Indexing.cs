using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>As Python's brackets: positions, slices and ranges give views; truth values and index tensors give copies.</summary>
        public Tensor this[params TensorIndex[] indices]
        {
            get => Get(indices);
            set => Put(indices, value);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => Get(Array.ConvertAll(indices, TensorIndex.Tensor));
            set => Put(Array.ConvertAll(indices, TensorIndex.Tensor), value);
        }

        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => Put([i1], value);
        }

        public Tensor this[long i1, long i2]
        {
            get => Get([i1, i2]);
            set => Put([i1, i2], value);
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => Get([i1, i2, i3]);
            set => Put([i1, i2, i3], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => Get([i1, i2, i3, i4]);
            set => Put([i1, i2, i3, i4], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => Get([i1, i2, i3, i4, i5]);
            set => Put([i1, i2, i3, i4, i5], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => Get([i1, i2, i3, i4, i5, i6]);
            set => Put([i1, i2, i3, i4, i5, i6], value);
        }

        public Tensor this[params long[] indices]
        {
            get => Get(Array.ConvertAll(indices, index => (TensorIndex)index));
            set => Put(Array.ConvertAll(indices, index => (TensorIndex)index), value);
        }

        public Tensor index(params TensorIndex[] indices) => Get(indices);

        public Tensor index(params Tensor[] indices) => Get(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => Put(indices, value);

        public Tensor index_put_(Tensor value, params Tensor[] indices) => Put(Array.ConvertAll(indices, TensorIndex.Tensor), value);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices) => PutScalar(indices, value);

        public Tensor index_put_(Scalar value, params Tensor[] indices) => PutScalar(Array.ConvertAll(indices, TensorIndex.Tensor), value);

        /// <summary>As index_put_; with accumulate, values that meet at one position add up.</summary>
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Aten.index_put_.CallInPlace(this, this, indices, value, accumulate);

        // One slice is the common case; it stays free of the stack memory that the others need.
        private Tensor Get(ReadOnlySpan<TensorIndex> indices)
        {
            if (indices.Length != 1 || indices[0].Kind != IndexKind.Slice)
            {
                return GetMixed(indices);
            }

            var slice = indices[0].ToNative();
            return Slice(0, slice.Start, slice.Stop, slice.Step);
        }

        private unsafe Tensor GetMixed(ReadOnlySpan<TensorIndex> indices)
        {
            var native = stackalloc NativeIndex[indices.Length];
            for (var i = 0; i < indices.Length; i++)
            {
                native[i] = indices[i].ToNative();
            }

            IntPtr result;
            NativeError.Check(NativeMethods.mt_index(Handle, native, indices.Length, &result));
            GC.KeepAlive(this);
            KeepAlive(indices);
            return new(result);
        }

        private unsafe Tensor Put(ReadOnlySpan<TensorIndex> indices, Tensor value)
        {
            var native = stackalloc NativeIndex[indices.Length];
            for (var i = 0; i < indices.Length; i++)
            {
                native[i] = indices[i].ToNative();
            }

            NativeError.Check(NativeMethods.mt_index_put(Handle, native, indices.Length, value.Handle));
            GC.KeepAlive(value);
            KeepAlive(indices);
            return this;
        }

        private Tensor PutScalar(TensorIndex[] indices, Scalar value)
        {
            using var number = full([], value, dtype, device);
            return Put(indices, number);
        }

        private static void KeepAlive(ReadOnlySpan<TensorIndex> indices)
        {
            foreach (ref readonly var index in indices)
            {
                GC.KeepAlive(index);
            }
        }
    }
}
