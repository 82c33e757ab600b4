using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>
        /// The tensor in that type: a new object, over the same memory when nothing has to change and no copy is asked for.
        /// </summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert((int)type, NoType, NoType, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert((int)type, (int)device.type, device.index, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Convert(NoType, (int)device.type, device.index, copy, disposeAfter, non_blocking);

        public Tensor to(
            DeviceType deviceType,
            int deviceIndex = -1,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>In the type and on the device of another.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, false, false, non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);

        public Tensor type(ScalarType dtype) => to(dtype);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type_as(Tensor tensor) => to(tensor.dtype);

        public Tensor cpu() => to(torch.CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? torch.CUDA, false, false, non_blocking);

        public Tensor @bool() => to(ScalarType.Bool);

        public Tensor @byte() => to(ScalarType.Byte);

        public Tensor @char() => to(ScalarType.Int8);

        public Tensor @short() => to(ScalarType.Int16);

        public Tensor @int() => to(ScalarType.Int32);

        public Tensor @long() => to(ScalarType.Int64);

        public Tensor half() => to(ScalarType.Float16);

        public Tensor bfloat16() => to(ScalarType.BFloat16);

        public Tensor @float() => to(ScalarType.Float32);

        public Tensor @double() => to(ScalarType.Float64);

        /// <summary>Changes type and device of this very tensor, and of its gradient: how modules convert what they own.</summary>
        internal void Become(ScalarType type, Device device, bool nonBlocking)
        {
            if (dtype == type && Device.Same(device, device_type, device_index))
            {
                return;
            }

            using var converted = to(type, device, false, false, nonBlocking).DetachFromDisposeScope();
            NativeError.Check(NativeMethods.mt_tensor_set_data(Handle, converted.Handle));
            using var gradient = grad?.DetachFromDisposeScope();
            if (gradient is not null)
            {
                using var convertedGradient = gradient.to(type, device, false, false, nonBlocking).DetachFromDisposeScope();
                grad = convertedGradient;
            }
        }

        private unsafe Tensor Convert(int type, int deviceType, int deviceIndex, bool copy, bool disposeAfter, bool nonBlocking)
        {
            IntPtr result;
            NativeError.Check(NativeMethods.mt_to(Handle, type, deviceType, deviceIndex, nonBlocking ? 1 : 0, copy ? 1 : 0, &result));
            GC.KeepAlive(this);
            if (disposeAfter)
            {
                Dispose();
            }

            return new(result);
        }
    }
}
