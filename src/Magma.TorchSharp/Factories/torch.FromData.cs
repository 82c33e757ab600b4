using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor with the array's shape, type and values (a copy).</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <exception cref="ArgumentException">The array's elements are of a type that no tensor has.</exception>
    public static Tensor from_array(
        Array rawArray,
        ScalarType? dtype,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null)
    {
        var shape = Shape(rawArray);
        return rawArray.GetType().GetElementType() switch
        {
            var type when type == typeof(bool) => FromData<bool>(Flat<bool>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(byte) => FromData<byte>(Flat<byte>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(sbyte) => FromData<sbyte>(Flat<sbyte>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(short) => FromData<short>(Flat<short>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(int) => FromData<int>(Flat<int>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(long) => FromData<long>(Flat<long>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(Half) => FromData<Half>(Flat<Half>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(BFloat16) =>
                FromData<BFloat16>(Flat<BFloat16>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(float) => FromData<float>(Flat<float>(rawArray), shape, dtype, device, requires_grad, names),
            var type when type == typeof(double) => FromData<double>(Flat<double>(rawArray), shape, dtype, device, requires_grad, names),
            var type => throw new ArgumentException($"an array of {type} cannot become a tensor", nameof(rawArray)),
        };
    }

    internal static ScalarType TypeOf<T>() => typeof(T) switch
    {
        var type when type == typeof(float) => ScalarType.Float32,
        var type when type == typeof(double) => ScalarType.Float64,
        var type when type == typeof(long) => ScalarType.Int64,
        var type when type == typeof(int) => ScalarType.Int32,
        var type when type == typeof(byte) => ScalarType.Byte,
        var type when type == typeof(bool) => ScalarType.Bool,
        var type when type == typeof(BFloat16) => ScalarType.BFloat16,
        var type when type == typeof(Half) => ScalarType.Float16,
        var type when type == typeof(short) => ScalarType.Int16,
        var type when type == typeof(sbyte) => ScalarType.Int8,
        var type => throw new ArgumentException($"{type} is not the element type of any tensor"),
    };

    private static unsafe Tensor FromData<T>(
        ReadOnlySpan<T> data,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype,
        Device? device,
        bool requires_grad,
        string[]? names)
        where T : unmanaged
    {
        RefuseNames(names);
        var count = 1L;
        foreach (var size in dimensions)
        {
            count = checked(count * size);
        }

        if (count != data.Length)
        {
            throw new ArgumentException($"{data.Length} values for the shape [{string.Join(", ", dimensions.ToArray())}]");
        }

        var type = TypeOf<T>();
        var made = Allocate(dimensions, type, CPU);
        void* memory;
        NativeError.Check(NativeMethods.mt_tensor_data(made.Handle, &memory));
        data.CopyTo(new Span<T>(memory, data.Length));
        GC.KeepAlive(made);

        var target = device ?? defaultDevice;
        if ((dtype ?? type) != type || target.type != DeviceType.CPU)
        {
            made = made.to(dtype ?? type, target, disposeAfter: true);
        }

        return requires_grad ? made.requires_grad_() : made;
    }

    private static ReadOnlySpan<T> Span<T>(IList<T> list) => list switch
    {
        T[] array => array,
        List<T> other => CollectionsMarshal.AsSpan(other),
        _ => list.ToArray(),
    };

    private static ReadOnlySpan<T> Flat<T>(Array array) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static long[] Shape(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];
}
