using System.Runtime.InteropServices;
using TorchSharp.Native;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The raw bytes of a contiguous tensor on the CPU; the span is valid while the tensor lives.</summary>
        /// <exception cref="NotSupportedException">The tensor is not contiguous or not on the CPU.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                var info = Info;
                if (info.IsContiguous == 0 || info.DeviceType != (int)DeviceType.CPU)
                {
                    throw new NotSupportedException("bytes needs a contiguous tensor on the CPU: call contiguous() or cpu() first");
                }

                return new(DataPointer, checked((int)(info.ElementCount * info.ElementSize)));
            }

            set
            {
                var target = bytes;
                if (target.Length != value.Length)
                {
                    throw new ArgumentException($"{value.Length} bytes given for a tensor of {target.Length}");
                }

                value.CopyTo(target);
                GC.KeepAlive(this);
            }
        }

        internal unsafe void* DataPointer
        {
            get
            {
                void* data;
                NativeError.Check(NativeMethods.mt_tensor_data(Handle, &data));
                GC.KeepAlive(this);
                return data;
            }
        }

        /// <summary>
        /// Reading and writing the elements from C#, in row-major order. Elements on another device are copied for reading.
        /// </summary>
        /// <exception cref="ArgumentException">T is not the tensor's element type.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            return dtype == TypeOf<T>()
                ? new(this)
                : throw new ArgumentException($"the elements are {dtype}, not {typeof(T).Name}");
        }

        /// <summary>The value of a tensor with one element, converted to T.</summary>
        /// <exception cref="ExternalException">It has more or fewer elements.</exception>
        public T item<T>()
            where T : unmanaged
        {
            var scalar = ToScalar();
            object value = typeof(T) switch
            {
                var type when type == typeof(float) => scalar.ToSingle(),
                var type when type == typeof(double) => scalar.ToDouble(),
                var type when type == typeof(long) => scalar.ToInt64(),
                var type when type == typeof(int) => scalar.ToInt32(),
                var type when type == typeof(bool) => scalar.ToBoolean(),
                var type when type == typeof(byte) => scalar.ToByte(),
                var type when type == typeof(sbyte) => scalar.ToSByte(),
                var type when type == typeof(short) => scalar.ToInt16(),
                var type when type == typeof(Half) => scalar.ToHalf(),
                var type when type == typeof(BFloat16) => scalar.ToBFloat16(),
                var type => throw new ArgumentException($"{type} is not the element type of any tensor"),
            };
            return (T)value;
        }

        public unsafe Scalar ToScalar()
        {
            int kind;
            long bits;
            NativeError.Check(NativeMethods.mt_tensor_item(Handle, &kind, &bits));
            GC.KeepAlive(this);
            return (ValueKind)kind switch
            {
                ValueKind.Double => new(BitConverter.Int64BitsToDouble(bits), dtype),
                ValueKind.Bool => new(bits != 0),
                _ => new(bits, dtype),
            };
        }

        /// <summary>Writes the elements of a contiguous tensor as they lie in memory (little-endian).</summary>
        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using var here = cpu();
            using var ordered = here.contiguous();
            stream.Write(ordered.bytes);
        }

        /// <summary>Fills the tensor with bytes from the stream.</summary>
        /// <exception cref="EndOfStreamException">The stream has too few.</exception>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            stream.ReadExactly(bytes);
            GC.KeepAlive(this);
        }

        public float ReadCpuSingle(long i) => data<float>()[Position(i)];

        public double ReadCpuDouble(long i) => data<double>()[Position(i)];

        public long ReadCpuInt64(long i) => data<long>()[Position(i)];

        public int ReadCpuInt32(long i) => data<int>()[Position(i)];

        public byte ReadCpuByte(long i) => data<byte>()[Position(i)];

        public bool ReadCpuBool(long i) => data<bool>()[Position(i)];

        private long[] Position(long flat)
        {
            var sizes = shape;
            var position = new long[sizes.Length];
            for (var dim = sizes.Length - 1; dim >= 0; dim--)
            {
                (flat, position[dim]) = Math.DivRem(flat, sizes[dim]);
            }

            return position;
        }
    }
}
