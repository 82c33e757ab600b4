using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Torch.Tests.Kernels;

// A layer in one call beside the single calls that it stands for: bit for bit the same, with each instruction set.
public sealed class FusedLayerTests
{
    private const int Hidden = 160;
    private const int Inner = 288;
    private const int Heads = 6;
    private const int KeyHeads = 2;
    private const int Size = 32;
    private const double Epsilon = 1e-5;

    public static TheoryData<string> Sets => KernelTests.Sets;

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_layer_equals_its_single_calls(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach (int bits in new[] { 16, 8, 4 })
        {
            foreach ((int rows, int start, bool hasBias, bool isMasked, long? window) in new (int, int, bool, bool, long?)[]
            {
                (1, 0, false, false, null), (1, 70, true, false, 30), (3, 33, true, true, null), (8, 5, false, true, 4),
            })
            {
                Check(bits, rows, start, hasBias, isMasked, window);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Projections_side_by_side_in_one_weight_give_the_same(string set)
    {
        using var run = new KernelRun(set);
        if (!run.IsPossible) return;
        foreach (int bits in new[] { 16, 8, 4 })
        {
            Tensor qkv = Weight((Heads + (2 * KeyHeads)) * Size, Hidden), gateUp = Weight(2 * Inner, Hidden);
            using FusedLinear output = Linear(Weight(Hidden, Heads * Size), bits, false), down = Linear(Weight(Hidden, Inner), bits, false);
            int queries = Heads * Size, keys = KeyHeads * Size;
            FusedLinear[] apart =
            [
                Linear(qkv.narrow(0, 0, queries), bits, false),
                Linear(qkv.narrow(0, queries, keys), bits, false),
                Linear(qkv.narrow(0, queries + keys, keys), bits, false),
                Linear(gateUp.narrow(0, 0, Inner), bits, false),
                Linear(gateUp.narrow(0, Inner, Inner), bits, false),
            ];
            FusedLinear[] together = [Linear(qkv, bits, false), Linear(gateUp, bits, false)];
            Tensor norm = randn(Hidden).to(bfloat16), x = randn(2, 1, Hidden).to(bfloat16);
            (Tensor cosine, Tensor sine) = Tables(1, 3);
            var results = new List<Tensor>();
            foreach ((FusedLinear[] projections, FusedLinear[] widening) in new[] { (apart[..3], apart[3..]), (together[..1], together[1..]) })
            {
                FusedLayer layer = Layer(norm, projections, output, norm, widening, down, null);
                results.Add(FusedLayer.Run([(layer, zeros(2, KeyHeads, 8, Size, bfloat16), zeros(2, KeyHeads, 8, Size, bfloat16))], x, cosine, sine, null, 3)!);
            }

            Assert.True(results[0].Equals(results[1]));
            foreach (FusedLinear layer in apart.Concat(together)) layer.Dispose();
        }
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused()
    {
        using var run = new KernelRun(null);
        using FusedLinear right = Linear(Weight(Hidden, Hidden), 16, false), wrong = Linear(Weight(Hidden + 32, Hidden), 16, false);
        Tensor norm = ones(Hidden, bfloat16), cache = zeros(1, 5, 4, Size, bfloat16);
        FusedLayer layer = Layer(norm, [right, right, right], right, norm, [right, right], wrong, null, heads: 5);
        (Tensor cosine, Tensor sine) = Tables(1, 0);
        ArgumentException error = Assert.Throws<ArgumentException>(() => FusedLayer.Run([(layer, cache, cache)], ones(1, 1, Hidden, bfloat16), cosine, sine, null, 0));
        Assert.Contains("a weight must have the layer's sizes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_kernel_cannot_take_is_left_to_others()
    {
        using var run = new KernelRun(null);
        using FusedLinear linear = Linear(Weight(Hidden, Hidden), 16, false);
        FusedLayer layer = Layer(ones(Hidden), [linear, linear, linear], linear, ones(Hidden), [linear, linear], linear, null, heads: 5);
        Tensor cache = zeros(1, 5, 4, Size, bfloat16);
        (Tensor cosine, Tensor sine) = Tables(1, 0);
        Assert.Null(FusedLayer.Run([(layer, cache, cache)], ones(1, 1, Hidden), cosine, sine, null, 0));
        Assert.Null(FusedLayer.Run([(layer, cache, cache)], ones(1, 2, Hidden, bfloat16), cosine, sine, null, 0));
        Assert.Null(FusedLayer.Run([(layer, cache, cache)], ones(9, 1, Hidden, bfloat16), cosine, sine, null, 0));
    }

    private static void Check(int bits, int rows, int start, bool hasBias, bool isMasked, long? window)
    {
        using DisposeScope scope = NewDisposeScope();
        int queries = Heads * Size, keys = KeyHeads * Size;
        using FusedLinear query = Linear(Weight(queries, Hidden), bits, hasBias), key = Linear(Weight(keys, Hidden), bits, hasBias);
        using FusedLinear value = Linear(Weight(keys, Hidden), bits, hasBias), output = Linear(Weight(Hidden, queries), bits, hasBias);
        using FusedLinear gate = Linear(Weight(Inner, Hidden), bits, false), up = Linear(Weight(Inner, Hidden), bits, false);
        using FusedLinear down = Linear(Weight(Hidden, Inner), bits, hasBias);
        Tensor inputNorm = randn(Hidden).to(bfloat16), outputNorm = randn(Hidden), x = randn(rows, 1, Hidden).to(bfloat16);
        FusedLayer layer = Layer(inputNorm, [query, key, value], output, outputNorm, [gate, up], down, window);
        (Tensor cosine, Tensor sine) = Tables(isMasked ? rows : 1, start);
        // As many layers as show that each takes what the one before gave, and keeps what it needs for its own end.
        (Tensor Keys, Tensor Values)[] caches = [.. Enumerable.Range(0, 3).Select(_ => (Cache(rows, start), Cache(rows, start)))];
        (Tensor Keys, Tensor Values)[] others = [.. caches.Select(cache => (cache.Keys.clone(), cache.Values.clone()))];
        Tensor? mask = isMasked ? ones(rows, start + 1, ScalarType.Bool) : null;
        mask?.narrow(0, rows - 1, 1).narrow(1, 0, 2).fill_(false);
        Tensor? actual = FusedLayer.Run([.. caches.Select(cache => (layer, cache.Keys, cache.Values))], x, cosine, sine, mask, start);
        Assert.NotNull(actual);

        Tensor expected = x;
        foreach ((Tensor allKeys, Tensor allValues) in others)
        {
            Tensor[] parts = FusedLinear.Project(FusedKernels.RmsNorm(expected, inputNorm, Epsilon), query, key, value);
            Tensor q = FusedKernels.Rotate(parts[0].reshape(rows, 1, Heads, Size), cosine, sine);
            Tensor k = FusedKernels.Rotate(parts[1].reshape(rows, 1, KeyHeads, Size), cosine, sine);
            allKeys.narrow(2, start, 1).copy_(k.transpose(1, 2));
            allValues.narrow(2, start, 1).copy_(parts[2].reshape(rows, 1, KeyHeads, Size).transpose(1, 2));
            Tensor mixed = FusedKernels.Attention(q, allKeys, allValues, mask, start, window, 1 / Math.Sqrt(Size));
            Tensor middle = output.Add(mixed.reshape(rows, 1, queries), expected);
            expected = down.Add(FusedLinear.SwiGlu(FusedKernels.RmsNorm(middle, outputNorm, Epsilon), gate, up), middle);
        }

        Assert.True(expected.Equals(actual), $"{bits} bits, {rows} rows");
        foreach (((Tensor Keys, Tensor Values) one, (Tensor Keys, Tensor Values) other) in caches.Zip(others))
        {
            Assert.True(one.Keys.Equals(other.Keys) && one.Values.Equals(other.Values), $"cache, {bits} bits, {rows} rows");
        }
    }

    private static Tensor Cache(int rows, int start) => randn(rows, KeyHeads, start + 3, Size).to(bfloat16);

    private static FusedLayer Layer(
        Tensor inputNorm, FusedLinear[] projections, FusedLinear output, Tensor outputNorm, FusedLinear[] gateAndUp, FusedLinear down, long? window, int heads = Heads) =>
        new()
        {
            InputNorm = inputNorm,
            Projections = projections,
            Output = output,
            OutputNorm = outputNorm,
            GateAndUp = gateAndUp,
            Down = down,
            Heads = heads,
            Epsilon = Epsilon,
            Window = window,
        };

    private static (Tensor Cosine, Tensor Sine) Tables(int rows, int start)
    {
        Tensor angles = rand(rows, 1, Size / 2).add(start);
        return (angles.cos(), angles.sin());
    }

    private static Tensor Weight(int outputs, int inputs) => randn(outputs, inputs).div(Math.Sqrt(inputs)).to(bfloat16);

    private static FusedLinear Linear(Tensor weight, int bits, bool hasBias)
    {
        Parameter? bias = hasBias ? new Parameter(randn(weight.shape[0]).to(bfloat16), requires_grad: false) : null;
        return bits == 16
            ? new FusedLinear(new Parameter(weight.clone(), requires_grad: false), bias)
            : new FusedLinear(QuantizedWeight.FromFloat(weight, bits, 64), bias);
    }
}
