using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long Dimensions => Info.Dimensions;

        public long ndim => Info.Dimensions;

        public long NumberOfElements => Info.ElementCount;

        /// <summary>Bytes of one element.</summary>
        public long ElementSize => Info.ElementSize;

        public ScalarType dtype => (ScalarType)Info.DType;

        public Device device
        {
            get
            {
                var info = Info;
                return new((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public DeviceType device_type => (DeviceType)Info.DeviceType;

        /// <summary>The index of the device, -1 on the CPU.</summary>
        public int device_index => Info.DeviceIndex;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_leaf => Info.IsLeaf != 0;

        public unsafe long[] shape
        {
            get
            {
                var info = Info;
                var sizes = new ReadOnlySpan<long>(info.Sizes, info.Dimensions).ToArray();
                GC.KeepAlive(this);
                return sizes;
            }
        }

        private unsafe TensorInfo Info
        {
            get
            {
                TensorInfo info;
                NativeError.Check(NativeMethods.mt_tensor_info(Handle, &info));
                GC.KeepAlive(this);
                return info;
            }
        }

        public long dim() => Info.Dimensions;

        public long numel() => Info.ElementCount;

        public long element_size() => Info.ElementSize;

        public long[] size() => shape;

        /// <exception cref="IndexOutOfRangeException">There is no such dimension; negative ones count from the end.</exception>
        public unsafe long size(int dim)
        {
            var info = Info;
            var size = info.Sizes[Wrap(dim, info.Dimensions)];
            GC.KeepAlive(this);
            return size;
        }

        /// <summary>Elements, not bytes, from one entry to the next along each dimension.</summary>
        public unsafe long[] stride()
        {
            var info = Info;
            var strides = new ReadOnlySpan<long>(info.Strides, info.Dimensions).ToArray();
            GC.KeepAlive(this);
            return strides;
        }

        public unsafe long stride(int dim)
        {
            var info = Info;
            var stride = info.Strides[Wrap(dim, info.Dimensions)];
            GC.KeepAlive(this);
            return stride;
        }

        /// <summary>Where the first element lies in the storage, in elements.</summary>
        public long storage_offset() => Info.StorageOffset;

        public bool is_contiguous() => Info.IsContiguous != 0;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        private static int Wrap(int dim, int dimensions)
        {
            var wrapped = dim < 0 ? dim + dimensions : dim;
            return (uint)wrapped < (uint)dimensions
                ? wrapped
                : throw new IndexOutOfRangeException($"dimension {dim} of a tensor with {dimensions} dimensions");
        }
    }
}
