using System.Buffers.Binary;
using System.Numerics;

namespace Magma.Datasets.Rlds;

/// <summary>CRC-32C (Castagnoli), as TFRecord files mask it: rotated right by 15 bits, plus a constant.</summary>
internal static class Crc32C
{
    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
