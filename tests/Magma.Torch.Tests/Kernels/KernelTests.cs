using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Torch.Tests.Kernels;

// Every kernel beside libtorch's operators in double precision, with each instruction set that this processor has.
public sealed class KernelTests
{
    // One rounding to bfloat16 of numbers up to 8, and half of that again for the order of sums.
    private const double OneRounding = 0.03;

    public static TheoryData<string> Sets => ["AVX-512 with BF16", "AVX-512", "AVX2"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Products_of_few_and_many_rows_equal_plain_operators(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach ((int rows, int outputs, int inputs) in new[]
        {
            (1, 77, 1000), (2, 64, 128), (3, 5, 31), (8, 33, 257), (9, 70, 100), (45, 130, 300), (130, 300, 1600),
        })
        {
            Tensor x = randn(rows, inputs).to(bfloat16), bias = randn(outputs).to(bfloat16);
            Tensor scale = randn(outputs).to(bfloat16), residual = randn(rows, outputs).to(bfloat16);
            using var layer = new FusedLinear(Weight(outputs, inputs), new Parameter(bias.clone()));
            Tensor exact = x.@double().matmul(layer.parameters().First().@double().t()).add(bias.@double());
            Close(exact, layer.call(x), OneRounding);
            Close(nn.functional.gelu(exact), layer.Gelu(x), OneRounding);
            Close(exact.mul(scale.@double()).add(residual.@double()), layer.ScaleAndAdd(x, scale, residual), 2 * OneRounding);
            using var gate = new FusedLinear(Weight(outputs, inputs), null);
            using var up = new FusedLinear(Weight(outputs, inputs), null);
            Tensor g = x.@double().matmul(gate.parameters().First().@double().t());
            Tensor u = x.@double().matmul(up.parameters().First().@double().t());
            Close(nn.functional.silu(g).mul(u), FusedLinear.SwiGlu(x, gate, up), 2 * OneRounding);
            Tensor[] both = FusedLinear.Project(x, gate, up);
            Close(g, both[0], OneRounding);
            Close(u, both[1], OneRounding);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Quantised_products_equal_products_with_what_the_integers_stand_for(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach ((int bits, int group) in new[] { (8, 64), (8, 128), (4, 32), (4, 64), (4, 128) })
        {
            foreach ((int rows, int outputs, int inputs) in new[]
            {
                (1, 77, 1000), (1, 9, 64), (1, 70, 2400), (2, 5, 31), (5, 64, 128), (8, 33, 257), (20, 70, 100), (33, 130, 1700),
            })
            {
                using Parameter weight = Weight(outputs, inputs);
                using var layer = new FusedLinear(QuantizedWeight.FromFloat(weight, bits, group), null);
                foreach (ScalarType type in new[] { bfloat16, float32 })
                {
                    Tensor x = randn(rows, inputs).to(type);
                    using QuantizedWeight again = QuantizedWeight.FromFloat(weight, bits, group);
                    Tensor exact = x.@double().matmul(again.Dequantize().@double().t());

                    // Many bfloat16 rows meet weights that are rounded to bfloat16 too.
                    Close(exact, layer.call(x), type == float32 ? 1e-5 : OneRounding);
                }
            }
        }
    }

    [Fact]
    public void An_activation_a_thousand_times_the_others_does_not_spoil_a_product_with_int8()
    {
        using var run = new KernelRun(null);
        using Parameter weight = Weight(40, 1100);
        using var layer = new FusedLinear(QuantizedWeight.FromFloat(weight, 8, 64), null);
        using QuantizedWeight again = QuantizedWeight.FromFloat(weight, 8, 64);
        Tensor x = randn(1, 1100);
        foreach (int column in new[] { 3, 100, 1095 }) x.narrow(1, column, 1).mul_(1000);
        x = x.to(bfloat16);
        Tensor exact = x.@double().matmul(again.Dequantize().@double().t());
        double rounding = exact.to(bfloat16).@double().sub(exact).norm().item<double>();
        Assert.InRange(layer.call(x).@double().sub(exact).norm().item<double>(), 0, 1.1 * rounding);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_stays_none_in_a_product_with_int8(float value)
    {
        using var run = new KernelRun(null);
        using var layer = new FusedLinear(QuantizedWeight.FromFloat(randn(5, 300).add(5), 8, 64), null);
        Tensor x = randn(1, 300).to(bfloat16);
        x.narrow(1, 70, 1).fill_(value);
        Assert.False(layer.call(x).@float().isfinite().any().item<bool>());
    }

    [Theory]
    [InlineData(8, 64, 0.006)]
    [InlineData(8, 128, 0.007)]
    [InlineData(4, 32, 0.09)]
    [InlineData(4, 128, 0.11)]
    public void Quantising_keeps_normal_numbers_to_a_known_error(int bits, int group, double bar)
    {
        using var run = new KernelRun(null);
        Tensor weight = randn(64, 500);
        using QuantizedWeight quantized = QuantizedWeight.FromFloat(weight, bits, group);
        Assert.InRange(quantized.Dequantize().sub(weight).norm().item<float>() / weight.norm().item<float>(), bar / 4, bar);
    }

    [Fact]
    public void Quantising_to_8_bits_what_was_quantised_so_changes_nothing()
    {
        using var run = new KernelRun(null);
        using QuantizedWeight first = QuantizedWeight.FromFloat(randn(9, 300), 8, 64);
        using QuantizedWeight second = QuantizedWeight.FromFloat(first.Dequantize(), 8, 64);
        Assert.Equal(0, first.Dequantize().sub(second.Dequantize()).abs().max().item<float>());
    }

    [Fact]
    public void Zeros_stay_zeros()
    {
        using var run = new KernelRun(null);
        foreach ((int bits, int group) in new[] { (8, 64), (4, 32) })
        {
            using QuantizedWeight quantized = QuantizedWeight.FromFloat(zeros(3, 70), bits, group);
            Assert.Equal(0, quantized.Dequantize().abs().max().item<float>());
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Norms_equal_plain_operators(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach (int columns in new[] { 1, 15, 64, 2051 })
        {
            Tensor x = randn(2, 3, columns).to(bfloat16), wide = x.@double();
            Tensor weight = randn(columns).to(bfloat16), bias = randn(columns).to(bfloat16);
            Tensor rms = wide.mul(wide.pow(2).mean([-1], keepdim: true).add(1e-5).rsqrt()).mul(weight.@double());
            Close(rms, FusedKernels.RmsNorm(x, weight, 1e-5), OneRounding);
            Tensor layer = nn.functional.layer_norm(wide, [columns], weight.@double(), bias.@double(), 1e-5);
            Close(layer, FusedKernels.LayerNorm(x, weight, bias, 1e-5), OneRounding);
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Rotation_equals_plain_operators_also_of_a_part_of_a_head(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach ((int size, int rotated) in new[] { (64, 64), (36, 36), (48, 20) })
        {
            Tensor all = randn(2, 5, 4, size).to(bfloat16), angles = randn(2, 5, rotated / 2);
            Tensor x = all.narrow(2, 1, 3), exact = FusedKernels.Rotate(x.@double(), angles.cos(), angles.sin());
            Tensor outside = all.narrow(2, 0, 1).clone();
            Close(exact, FusedKernels.Rotate(x, angles.cos(), angles.sin()), OneRounding);
            Assert.True(outside.Equals(all.narrow(2, 0, 1)));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Attention_equals_plain_operators_over_caches_masks_and_windows(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach ((int count, int start, int heads, int shared, int size, long? window) in new (int, int, int, int, int, long?)[]
        {
            (1, 0, 4, 2, 32, null), (1, 299, 12, 3, 64, null), (1, 100, 5, 1, 96, 30),
            (2, 40, 4, 4, 32, null), (70, 0, 8, 2, 64, null), (150, 33, 6, 2, 128, 50),
        })
        {
            Tensor query = randn(2, count, heads, size).to(bfloat16);
            Tensor key = randn(2, shared, 400, size).to(bfloat16), value = randn(2, shared, 400, size).to(bfloat16);
            double scale = 1 / Math.Sqrt(size);
            Tensor mask = ones(2, start + count, ScalarType.Bool);
            mask.narrow(0, 1, 1).narrow(1, 0, (start + count) / 3).fill_(false);
            foreach (Tensor? seen in new[] { null, mask })
            {
                Tensor exact = FusedKernels.Attention(query.@double(), key.@double(), value.@double(), seen, start, window, scale);
                Tensor actual = FusedKernels.Attention(query, key, value, seen, start, window, scale);

                // Queries at padding mean nothing.
                int skipped = seen is null ? 0 : Math.Max(0, ((start + count) / 3) - start);
                Close(exact.narrow(1, skipped, count - skipped), actual.narrow(1, skipped, count - skipped), OneRounding);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Depthwise_convolution_with_norm_equals_plain_operators(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach ((int height, int width, int channels) in new[] { (13, 19, 48), (1, 3, 16), (8, 8, 64) })
        {
            Tensor x = randn(2, height, width, channels).to(bfloat16), weight = randn(channels, 1, 7, 7).to(bfloat16);
            Tensor[] vectors = [.. Enumerable.Range(0, 3).Select(_ => randn(channels).to(bfloat16))];
            Tensor[] wide = [.. vectors.Select(vector => vector.@double())];
            Tensor exact = FusedKernels.DepthwiseNorm(x.@double(), weight.@double(), wide[0], wide[1], wide[2], 1e-6);
            Close(exact, FusedKernels.DepthwiseNorm(x, weight, vectors[0], vectors[1], vectors[2], 1e-6), OneRounding);
        }
    }

    [Fact]
    public void Layers_that_are_trained_keep_their_gradients()
    {
        using var run = new KernelRun(null);
        using IDisposable gradients = enable_grad();
        using var layer = new FusedLinear(new Parameter(randn(6, 7).to(bfloat16)), null);
        Tensor x = randn(2, 7).to(bfloat16);
        layer.call(x).sum().backward();
        Tensor? gradient = layer.parameters().First().grad;
        Assert.NotNull(gradient);
        Close(x.@double().sum([0]).expand(6, 7), gradient, OneRounding);
    }

    [Fact]
    public void A_cache_that_is_too_short_is_refused()
    {
        using var run = new KernelRun(null);
        Tensor query = randn(1, 2, 2, 32).to(bfloat16), cache = randn(1, 1, 8, 32).to(bfloat16);
        ArgumentException error = Assert.Throws<ArgumentException>(() => FusedKernels.Attention(query, cache, cache, null, 7, null, 1));
        Assert.Contains("the cache must be as long as the sequence", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_no_kernel_has_are_refused()
    {
        using var run = new KernelRun(null);
        Tensor weight = randn(2, 64);
        Assert.Throws<ArgumentException>(() => QuantizedWeight.FromFloat(weight, 8, 32));
        Assert.Throws<ArgumentException>(() => QuantizedWeight.FromFloat(weight, 5, 64));
    }

    private static Parameter Weight(int outputs, int inputs) =>
        new(randn(outputs, inputs).div(Math.Sqrt(inputs)).to(bfloat16), requires_grad: false);

    private static void Close(Tensor expected, Tensor actual, double bar)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = expected.sub(actual.@double()).abs().max().item<double>();
        double largest = expected.abs().max().item<double>();
        Assert.True(error <= bar, $"off by {error} in {string.Join(", ", actual.shape)}; the largest number is {largest}");
    }
}
