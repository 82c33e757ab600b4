using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Torch;

/// <summary>
/// The weight of a linear layer as 8 or 4 bit integers with a bfloat16 scale for every group of columns of a row: value = scale · integer.
/// 8 bit: integers from -127 to 127, int8 (rows, columns). 4 bit: -8 to 7, each plus 8, in blocks of 128 columns, uint8 (rows, 64 ·
/// blocks), the last block filled up with zeros; byte 4 l + 2 h + b of a block (l &lt; 16, h and b &lt; 2) holds the columns 8 l + 4 b + h
/// (low four bits) and 8 l + 4 b + 2 + h (high). So the processor unpacks a block with three shifts. Owns its tensors.
/// </summary>
public sealed class QuantizedWeight : IDisposable
{
    private const long Block = 128;

    // Rows are converted so many numbers at a time: in float32 a head of 8 billion parameters would need gigabytes.
    private const long Piece = 1L << 23;

    /// <param name="data">The integers; this object owns them from now on.</param>
    /// <param name="scales">The scales, bfloat16 (rows, groups); this object owns them from now on.</param>
    /// <param name="bits">8 or 4.</param>
    /// <param name="columns">Inputs of the layer.</param>
    /// <param name="group">Columns that share a scale: 64 or 128, for 4 bits also 32.</param>
    /// <exception cref="InvalidDataException">Shapes or types do not fit together.</exception>
    public QuantizedWeight(Tensor data, Tensor scales, int bits, long columns, int group)
    {
        CheckFormat(bits, group);
        long groups = (columns + group - 1) / group;
        long[] expected = [scales.shape[0], bits == 8 ? columns : (columns + Block - 1) / Block * (Block / 2)];
        ScalarType type = bits == 8 ? ScalarType.Int8 : ScalarType.Byte;
        bool fits = data.dtype == type && data.shape.SequenceEqual(expected);
        if (!fits || scales.dtype != ScalarType.BFloat16 || !scales.shape.SequenceEqual([expected[0], groups]))
        {
            throw new InvalidDataException(
                $"A weight of {bits} bits with {columns} columns in groups of {group} needs {type} [{string.Join(", ", expected)}] " +
                $"and BFloat16 [{expected[0]}, {groups}], " +
                $"but has {data.dtype} [{string.Join(", ", data.shape)}] and {scales.dtype} [{string.Join(", ", scales.shape)}].");
        }

        (Data, Scales, Bits, Columns, Group) = (data, scales, bits, columns, group);
    }

    /// <summary>The integers, as they are stored.</summary>
    public Tensor Data { get; }

    /// <summary>The scales, bfloat16 (rows, groups).</summary>
    public Tensor Scales { get; }

    /// <summary>8 or 4.</summary>
    public int Bits { get; }

    /// <summary>Outputs of the layer.</summary>
    public long Rows => Scales.shape[0];

    /// <summary>Inputs of the layer.</summary>
    public long Columns { get; }

    /// <summary>Columns that share a scale.</summary>
    public int Group { get; }

    /// <summary>Bytes of integers and scales.</summary>
    public long Bytes => Data.numel() + (2 * Scales.numel());

    /// <summary>
    /// Rounds a weight: 8 bits so that a group's largest number becomes ±127; 4 bits with the scale of eleven that leaves the least
    /// squared error.
    /// </summary>
    /// <param name="weight">(rows, columns), any floating type; stays the caller's.</param>
    /// <param name="bits">8 or 4.</param>
    /// <param name="group">Columns that share a scale: 64 or 128, for 4 bits also 32.</param>
    /// <param name="cancellation">Asked between pieces of rows.</param>
    public static QuantizedWeight FromFloat(Tensor weight, int bits, int group, CancellationToken cancellation = default)
    {
        CheckFormat(bits, group);
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long rows = weight.shape[0], columns = weight.shape[1], piece = Math.Max(1, Piece / columns);
        var data = new List<Tensor>();
        var scales = new List<Tensor>();
        for (long row = 0; row < rows; row += piece)
        {
            cancellation.ThrowIfCancellationRequested();
            (Tensor integers, Tensor found) = Round(weight.narrow(0, row, Math.Min(piece, rows - row)), bits, group);
            data.Add(integers);
            scales.Add(found);
        }

        return new QuantizedWeight(cat(data, 0).MoveToOuterDisposeScope(), cat(scales, 0).MoveToOuterDisposeScope(), bits, columns, group);
    }

    /// <summary>The numbers that the integers stand for, (rows, columns).</summary>
    /// <param name="type">Type of the result.</param>
    public Tensor Dequantize(ScalarType type = ScalarType.Float32)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor integers = Bits == 8 ? Data : Unpack(Data).narrow(1, 0, Columns);
        Tensor spread = Scales.to(ScalarType.Float32).unsqueeze(-1).expand(-1, -1, Group).reshape(Rows, -1).narrow(1, 0, Columns);
        return integers.to(ScalarType.Float32).mul(spread).to(type).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Data.Dispose();
        Scales.Dispose();
    }

    private static void CheckFormat(int bits, int group)
    {
        if (bits is not (8 or 4)) throw new ArgumentException($"Weights are stored in 8 or 4 bits, not {bits}.");
        if (group is not (64 or 128) && (bits, group) is not (4, 32))
        {
            throw new ArgumentException($"Groups have 64 or 128 columns, with 4 bits also 32, not {group} with {bits} bits.");
        }
    }

    private static (Tensor Integers, Tensor Scales) Round(Tensor weight, int bits, int group)
    {
        using DisposeScope scope = NewDisposeScope();
        long rows = weight.shape[0], columns = weight.shape[1], groups = (columns + group - 1) / group;
        Tensor grouped = Pad(weight.to(ScalarType.Float32), groups * group, 0).reshape(rows, groups, group);
        Tensor scale = bits == 8 ? ToScale(grouped.abs().amax([-1], keepdim: true).div(127)) : BestScale(grouped);
        Tensor integers = Integers(grouped, scale, bits).reshape(rows, -1).narrow(1, 0, columns);
        Tensor stored = bits == 8 ? integers.to(ScalarType.Int8) : Pack(integers);
        return (stored.contiguous().MoveToOuterDisposeScope(), scale.squeeze(-1).to(ScalarType.BFloat16).MoveToOuterDisposeScope());
    }

    // What is stored is bfloat16, so that is what the integers are made for. A group of zeros keeps a scale that divides.
    private static Tensor ToScale(Tensor scale) => scale.to(ScalarType.BFloat16).to(ScalarType.Float32);

    private static Tensor Integers(Tensor grouped, Tensor scale, int bits) =>
        grouped.div(scale.masked_fill(scale.eq(0), 1)).round().clamp(bits == 8 ? -127 : -8, bits == 8 ? 127 : 7);

    // -8 has no counterpart, so the largest number of a group takes it, whatever its sign; a somewhat smaller or larger scale may suit
    // the others better.
    private static Tensor BestScale(Tensor grouped)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor largest = grouped.abs().argmax(-1, keepdim: true);
        Tensor full = grouped.gather(-1, largest).div(-8);
        Tensor best = ToScale(full), error = Error(grouped, best);
        for (int step = -6; step <= 4; step++)
        {
            if (step == 0) continue;
            Tensor candidate = ToScale(full.mul(1 + (0.04 * step)));
            Tensor candidateError = Error(grouped, candidate);
            Tensor better = candidateError.lt(error);
            best = where(better, candidate, best);
            error = where(better, candidateError, error);
        }

        return best.MoveToOuterDisposeScope();
    }

    private static Tensor Error(Tensor grouped, Tensor scale)
    {
        using DisposeScope scope = NewDisposeScope();
        return Integers(grouped, scale, 4).mul(scale).sub(grouped).pow(2).sum([-1], keepdim: true).MoveToOuterDisposeScope();
    }

    private static Tensor Pack(Tensor integers)
    {
        using DisposeScope scope = NewDisposeScope();
        long rows = integers.shape[0], blocks = (integers.shape[1] + Block - 1) / Block;
        Tensor nibbles = Pad(integers.add(8), blocks * Block, 8).reshape(rows, blocks, 16, 2, 2, 2);
        Tensor bytes = nibbles.select(4, 0).add(nibbles.select(4, 1).mul(16));
        return bytes.permute(0, 1, 2, 4, 3).reshape(rows, -1).to(ScalarType.Byte).MoveToOuterDisposeScope();
    }

    private static Tensor Unpack(Tensor data)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor bytes = data.to(ScalarType.Int32).reshape(data.shape[0], -1, 16, 2, 2).permute(0, 1, 2, 4, 3);
        Tensor nibbles = stack([bytes.remainder(16), bytes.bitwise_right_shift(4)], 4);
        return nibbles.reshape(data.shape[0], -1).sub(8).MoveToOuterDisposeScope();
    }

    private static Tensor Pad(Tensor x, long columns, double value)
    {
        long missing = columns - x.shape[1];
        return missing == 0 ? x.alias() : cat([x, full([x.shape[0], missing], value, x.dtype)], 1);
    }
}
