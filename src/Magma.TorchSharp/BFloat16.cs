using System.Globalization;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The upper half of a float32: 8 bits of exponent, 7 of fraction. Conversion rounds to nearest, ties to even.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct BFloat16 : IComparable, IComparable<BFloat16>, IEquatable<BFloat16>, IFormattable
{
    public static readonly BFloat16 Zero = FromRawValue(0x0000);
    public static readonly BFloat16 One = FromRawValue(0x3F80);
    public static readonly BFloat16 MinValue = FromRawValue(0xFF7F);
    public static readonly BFloat16 MaxValue = FromRawValue(0x7F7F);
    public static readonly BFloat16 MinNormal = FromRawValue(0x0080);
    public static readonly BFloat16 SmallestSubnormal = FromRawValue(0x0001);
    public static readonly BFloat16 Epsilon = FromRawValue(0x3C00);
    public static readonly BFloat16 NaN = FromRawValue(0x7FC0);
    public static readonly BFloat16 PositiveInfinity = FromRawValue(0x7F80);
    public static readonly BFloat16 NegativeInfinity = FromRawValue(0xFF80);

    private readonly ushort bits;

    public BFloat16(float f)
    {
        var raw = BitConverter.SingleToUInt32Bits(f);
        bits = float.IsNaN(f) ? (ushort)0x7FC0 : (ushort)((raw + 0x7FFF + ((raw >> 16) & 1)) >> 16);
    }

    private BFloat16(ushort raw)
    {
        bits = raw;
    }

    public static BFloat16 FromRawValue(ushort rawValue) => new(rawValue);

    public static explicit operator float(BFloat16 bf) => bf.ToSingle();

    public static explicit operator double(BFloat16 bf) => bf.ToSingle();

    public static explicit operator BFloat16(float f) => new(f);

    public static explicit operator BFloat16(double d) => new((float)d);

    public static BFloat16 operator +(BFloat16 a, BFloat16 b) => new(a.ToSingle() + b.ToSingle());

    public static BFloat16 operator -(BFloat16 a, BFloat16 b) => new(a.ToSingle() - b.ToSingle());

    public static BFloat16 operator *(BFloat16 a, BFloat16 b) => new(a.ToSingle() * b.ToSingle());

    public static BFloat16 operator /(BFloat16 a, BFloat16 b) => new(a.ToSingle() / b.ToSingle());

    public static BFloat16 operator %(BFloat16 a, BFloat16 b) => new(a.ToSingle() % b.ToSingle());

    public static BFloat16 operator -(BFloat16 a) => FromRawValue((ushort)(a.bits ^ 0x8000));

    public static bool operator ==(BFloat16 a, BFloat16 b) => a.ToSingle() == b.ToSingle();

    public static bool operator !=(BFloat16 a, BFloat16 b) => a.ToSingle() != b.ToSingle();

    public static bool operator <(BFloat16 a, BFloat16 b) => a.ToSingle() < b.ToSingle();

    public static bool operator <=(BFloat16 a, BFloat16 b) => a.ToSingle() <= b.ToSingle();

    public static bool operator >(BFloat16 a, BFloat16 b) => a.ToSingle() > b.ToSingle();

    public static bool operator >=(BFloat16 a, BFloat16 b) => a.ToSingle() >= b.ToSingle();

    public static bool IsNaN(BFloat16 bf) => float.IsNaN(bf.ToSingle());

    public static bool IsInfinity(BFloat16 bf) => float.IsInfinity(bf.ToSingle());

    public static bool IsFinite(BFloat16 bf) => float.IsFinite(bf.ToSingle());

    public static bool IsPositiveInfinity(BFloat16 bf) => bf.bits == 0x7F80;

    public static bool IsNegativeInfinity(BFloat16 bf) => bf.bits == 0xFF80;

    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    public int CompareTo(BFloat16 other) => ToSingle().CompareTo(other.ToSingle());

    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        BFloat16 other => CompareTo(other),
        _ => throw new ArgumentException($"expected a BFloat16, got {obj.GetType()}", nameof(obj)),
    };

    public bool Equals(BFloat16 other) => ToSingle().Equals(other.ToSingle());

    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    public override int GetHashCode() => ToSingle().GetHashCode();

    public override string ToString() => ToSingle().ToString(CultureInfo.CurrentCulture);

    public string ToString(string? format, IFormatProvider? formatProvider) => ToSingle().ToString(format, formatProvider);
}
