using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>What a <see cref="NativeValue"/> holds; the order of magma_torch.h.</summary>
internal enum ValueKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    Ints,
    Doubles,
    Tensors,
    String,
    Generator,
    Device,
}

/// <summary>An argument or result as it crosses the border.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    public ValueKind Kind;
    public int Count;
    public long Bits;
}

/// <summary>An argument of a boxed call. Everything that an operator takes converts to it by itself; null means "none".</summary>
internal readonly struct Value
{
    private Value(ValueKind kind, long bits, object? reference = null, int count = 0)
    {
        Kind = kind;
        Bits = bits;
        Reference = reference;
        Count = count;
    }

    public ValueKind Kind { get; }

    public long Bits { get; }

    public int Count { get; }

    /// <summary>The tensor, the array or the string: kept alive by the caller for the length of the call.</summary>
    public object? Reference { get; }

    public static implicit operator Value(torch.Tensor? value) => value is null ? default : new(ValueKind.Tensor, value.Handle, value);

    public static implicit operator Value(torch.Tensor[] value) => new(ValueKind.Tensors, 0, value, value.Length);

    public static implicit operator Value(long value) => new(ValueKind.Int, value);

    public static implicit operator Value(long? value) => value is null ? default : new(ValueKind.Int, value.Value);

    public static implicit operator Value(double value) => new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Value(double? value) => value is null ? default : (Value)value.Value;

    public static implicit operator Value(bool value) => new(ValueKind.Bool, value ? 1 : 0);

    public static implicit operator Value(long[]? value) => value is null ? default : new(ValueKind.Ints, 0, value, value.Length);

    public static implicit operator Value(double[]? value) => value is null ? default : new(ValueKind.Doubles, 0, value, value.Length);

    public static implicit operator Value(string? value) =>
        value is null ? default : new(ValueKind.String, 0, value, System.Text.Encoding.UTF8.GetByteCount(value));

    public static implicit operator Value(Scalar? value) => value is null ? default : new(value.Kind, value.Bits, value);

    public static implicit operator Value(torch.ScalarType value) => new(ValueKind.Int, (long)value);

    public static implicit operator Value(torch.ScalarType? value) => value is null ? default : (Value)value.Value;

    public static implicit operator Value(torch.Device? value) =>
        value is null ? default : new(ValueKind.Device, (long)value.type, value, value.index);

    public static implicit operator Value(torch.Generator? value) =>
        value is null ? default : new(ValueKind.Generator, value.Handle, value);
}
