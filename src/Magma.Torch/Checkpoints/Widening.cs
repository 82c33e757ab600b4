using System.Runtime.InteropServices;
using TorchSharp;

namespace Magma.Torch;

/// <summary>Tensors of types that libtorch 1.13 lacks, in a type that holds every value of theirs.</summary>
internal static class Widening
{
    /// <exception cref="InvalidDataException">No tensor can hold that type.</exception>
    public static torch.Tensor Tensor(string type, ReadOnlySpan<byte> bytes, long[] shape, string where) => type switch
    {
        "F8_E5M2" => torch.tensor(SmallFloats.FromE5M2(bytes), shape),
        "F8_E4M3" => torch.tensor(SmallFloats.FromE4M3(bytes), shape),
        "U16" => torch.tensor(Wide.UInt16(bytes), shape),
        "U32" => torch.tensor(Wide.UInt32(bytes), shape),
        "U64" => torch.tensor(Wide.UInt64(bytes, where), shape),
        _ => throw new InvalidDataException($"{where} is {type}, which no tensor here can hold"),
    };
}

/// <summary>
/// Numbers of eight bits as half-precision ones, which hold all of them exactly. Source: "FP8 Formats for Deep Learning" (2022), table 1.
/// </summary>
internal static class SmallFloats
{
    /// <summary>5 bits of exponent, 2 of fraction: the upper byte of a half.</summary>
    public static Half[] FromE5M2(ReadOnlySpan<byte> bytes)
    {
        var result = new Half[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            result[i] = BitConverter.UInt16BitsToHalf((ushort)(bytes[i] << 8));
        }

        return result;
    }

    /// <summary>4 bits of exponent (bias 7), 3 of fraction; no infinities, all ones is not a number.</summary>
    public static Half[] FromE4M3(ReadOnlySpan<byte> bytes)
    {
        var result = new Half[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var (exponent, fraction) = ((bytes[i] >> 3) & 15, bytes[i] & 7);
            var magnitude = (exponent, fraction) switch
            {
                (15, 7) => double.NaN,
                (0, _) => Math.ScaleB(fraction, -9),
                _ => Math.ScaleB(8 + fraction, exponent - 10),
            };
            result[i] = (Half)(bytes[i] >= 128 ? -magnitude : magnitude);
        }

        return result;
    }
}

/// <summary>Whole numbers without sign as wider ones with.</summary>
internal static class Wide
{
    public static int[] UInt16(ReadOnlySpan<byte> bytes) => Convert<ushort, int>(bytes, value => value);

    public static long[] UInt32(ReadOnlySpan<byte> bytes) => Convert<uint, long>(bytes, value => value);

    /// <exception cref="InvalidDataException">A number is above the largest int64.</exception>
    public static long[] UInt64(ReadOnlySpan<byte> bytes, string where) => Convert<ulong, long>(
        bytes,
        value => value <= long.MaxValue
            ? (long)value
            : throw new InvalidDataException($"{where} is U64 and holds {value}, which is above what int64 can hold"));

    private static TTo[] Convert<TFrom, TTo>(ReadOnlySpan<byte> bytes, Func<TFrom, TTo> widen)
        where TFrom : unmanaged
    {
        var result = new TTo[bytes.Length / Marshal.SizeOf<TFrom>()];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = widen(MemoryMarshal.Read<TFrom>(bytes[(i * Marshal.SizeOf<TFrom>())..]));
        }

        return result;
    }
}
