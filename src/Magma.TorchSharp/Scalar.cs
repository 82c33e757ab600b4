using TorchSharp.Native;

namespace TorchSharp;

/// <summary>A number of any element type. Holds no native memory: disposing it is allowed and does nothing.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(long value, torch.ScalarType type = torch.ScalarType.Int64)
    {
        (Kind, Bits, Type) = (ValueKind.Int, value, type);
    }

    internal Scalar(double value, torch.ScalarType type = torch.ScalarType.Float64)
    {
        (Kind, Bits, Type) = (ValueKind.Double, BitConverter.DoubleToInt64Bits(value), type);
    }

    internal Scalar(bool value)
    {
        (Kind, Bits, Type) = (ValueKind.Bool, value ? 1 : 0, torch.ScalarType.Bool);
    }

    /// <summary>The element type that the value came from.</summary>
    public torch.ScalarType Type { get; }

    internal ValueKind Kind { get; }

    internal long Bits { get; }

    internal double AsDouble => Kind == ValueKind.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long AsLong => Kind == ValueKind.Double ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;

    public static implicit operator Scalar(byte value) => new((long)value, torch.ScalarType.Byte);

    public static implicit operator Scalar(sbyte value) => new((long)value, torch.ScalarType.Int8);

    public static implicit operator Scalar(short value) => new((long)value, torch.ScalarType.Int16);

    public static implicit operator Scalar(int value) => new((long)value, torch.ScalarType.Int32);

    public static implicit operator Scalar(long value) => new(value);

    public static implicit operator Scalar(Half value) => new((double)value, torch.ScalarType.Float16);

    public static implicit operator Scalar(BFloat16 value) => new((double)value, torch.ScalarType.BFloat16);

    public static implicit operator Scalar(float value) => new((double)value, torch.ScalarType.Float32);

    public static implicit operator Scalar(double value) => new(value);

    public static implicit operator Scalar(bool value) => new(value);

    public void Dispose()
    {
    }
}
