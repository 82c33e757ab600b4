using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;

namespace Magma.Torch.Tests;

/// <summary>Tensors as the golden files tell of them: a shape, and values with the words NaN and Infinity for what JSON has no numbers for.</summary>
internal static class ExpectedTensor
{
    public static void Check(JsonElement expected, torch.Tensor tensor)
    {
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), tensor.shape);
        var values = expected.GetProperty("values").EnumerateArray().ToArray();
        using var plain = tensor.contiguous();
        if (plain.dtype == torch.ScalarType.ComplexFloat32)
        {
            var parts = MemoryMarshal.Cast<byte, float>(plain.bytes).ToArray();
            Assert.Equal(values.SelectMany(value => value.EnumerateArray().Select(Number)), parts.Select(part => (double)part));
        }
        else if (plain.dtype == torch.int64)
        {
            Assert.Equal(values.Select(value => value.GetInt64()), plain.data<long>().ToArray());
        }
        else
        {
            using var doubles = plain.to(torch.float64);
            Assert.Equal(values.Select(Number), doubles.data<double>().ToArray());
        }
    }

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            _ => double.NegativeInfinity,
        },
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => value.GetDouble(),
    };
}
