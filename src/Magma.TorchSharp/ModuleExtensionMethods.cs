using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Moving and converting modules. The parameters stay the same objects; whole-number buffers keep their type.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, Device device, ScalarType type, bool non_blocking = false)
        where T : nn.Module
    {
        module.Convert(type, device, non_blocking);
        return module;
    }

    public static T to<T>(this T module, ScalarType type, bool non_blocking = false)
        where T : nn.Module
    {
        module.Convert(type, null, non_blocking);
        return module;
    }

    public static T to<T>(this T module, Device device, bool non_blocking = false)
        where T : nn.Module
    {
        module.Convert(null, device, non_blocking);
        return module;
    }

    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : nn.Module => module.to(new Device(deviceType, deviceIndex), non_blocking);

    public static T to<T>(this T module, string device, bool non_blocking = false)
        where T : nn.Module => module.to(new Device(device), non_blocking);

    public static T to<T>(this T module, Tensor other, bool non_blocking = false)
        where T : nn.Module => module.to(other.device, other.dtype, non_blocking);

    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(CPU, non_blocking);

    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false)
        where T : nn.Module => module.to(DeviceType.CUDA, deviceIndex, non_blocking);

    public static T half<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.Float16, non_blocking);

    public static T bfloat16<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.BFloat16, non_blocking);

    public static T @float<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.Float32, non_blocking);

    public static T @double<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(ScalarType.Float64, non_blocking);
}
