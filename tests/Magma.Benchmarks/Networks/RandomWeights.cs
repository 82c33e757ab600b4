using Magma.Models.Networks;
using Magma.Torch;
using static TorchSharp.torch;

namespace Magma.Benchmarks;

/// <summary>Random weights in bfloat16, the matrices of linear layers in so many bits.</summary>
internal sealed class RandomWeights(int bits = 16) : WeightStore
{
    /// <summary>Columns that share a scale: as llama.cpp's q4_0 with 4 bits.</summary>
    private int Group => bits == 4 ? 32 : 64;

    public override Tensor Get(string name, ReadOnlySpan<long> shape)
    {
        Tensor weight = empty(shape.ToArray(), ScalarType.BFloat16, CPU);
        weight.uniform_(-0.03, 0.03);
        return weight;
    }

    public override QuantizedWeight? GetQuantized(string name, long rows, long columns)
    {
        if (bits == 16) return null;
        Tensor data = bits == 8
            ? randint(-127, 128, [rows, columns], ScalarType.Int8, CPU)
            : randint(0, 256, [rows, (columns + 127) / 128 * 64], ScalarType.Byte, CPU);
        Tensor scales = full([rows, (columns + Group - 1) / Group], 0.03 / (1 << (bits - 1)), ScalarType.BFloat16, CPU);
        return new QuantizedWeight(data, scales, bits, columns, Group);
    }
}
