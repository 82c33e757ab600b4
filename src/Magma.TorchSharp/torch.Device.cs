using System.Globalization;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A device: its type and its index, -1 where there is only one. Written "cpu", "cuda" or "cuda:1".</summary>
    public sealed class Device
    {
        /// <exception cref="ArgumentException">The text is not "type" or "type:index", or the type is unknown.</exception>
        public Device(string description)
        {
            var colon = description.IndexOf(':', StringComparison.Ordinal);
            type = ParseType(colon < 0 ? description : description[..colon], description);
            var number = -1;
            if (colon >= 0 && !int.TryParse(description.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number))
            {
                throw new ArgumentException($"device '{description}': the part after the colon must be a number", nameof(description));
            }

            index = Normalize(type, number);
        }

        public Device(string deviceType, int index = -1)
            : this(ParseType(deviceType, deviceType), index)
        {
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = Normalize(deviceType, index);
        }

        /// <summary>The CUDA device of that index.</summary>
        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : $"{name}:{index}";
        }

        internal static bool Same(Device a, DeviceType type, int index) => a.type == type && (a.index == index || a.index < 0);

        private static int Normalize(DeviceType type, int index) => type == DeviceType.CUDA ? Math.Max(index, 0) : -1;

        private static DeviceType ParseType(string name, string description) => name switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            "mps" => DeviceType.MPS,
            "meta" => DeviceType.META,
            _ => throw new ArgumentException($"device '{description}': expected cpu, cuda, mps or meta", nameof(description)),
        };
    }

    private static Device defaultDevice = new(DeviceType.CPU);

    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly Device META = new(DeviceType.META);

    public static Device CUDA => device(DeviceType.CUDA);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    /// <summary>Where factories put tensors when no device is given.</summary>
    public static Device get_default_device() => defaultDevice;

    public static void set_default_device(Device device) => defaultDevice = device;

    public static void set_default_device(string device) => defaultDevice = new(device);

    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>What this libtorch finds of CUDA.</summary>
    public static partial class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static unsafe int device_count()
        {
            int count;
            NativeError.Check(NativeMethods.mt_cuda_device_count(&count));
            return count;
        }
    }
}
