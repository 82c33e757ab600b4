using TorchSharp;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests;

public class SmokeTests
{
    [Fact]
    public void Arithmetic()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 });
        var y = (x * 2 + 1 - x / 2) % 3;
        Assert.Equal(new float[] { 2.5f, 1, 2.5f }, y.data<float>().ToArray());
        Assert.Equal(6, x.sum().item<float>());
        Assert.Equal(new long[] { 1 }, x[1..2].shape);
        Assert.Equal(3, x[-1].item<float>());
        var m = arange(12).reshape(3, 4);
        Assert.Equal(new long[] { 1, 5, 9 }, m[.., 1].data<long>().ToArray());
        Assert.Equal(new long[] { 3, 2 }, m[TensorIndex.Ellipsis, TensorIndex.Slice(0, 4, 2)].shape);
        var (v, i) = x.topk(2);
        Assert.Equal(new long[] { 2, 1 }, i.data<long>().ToArray());
        m[1, 2] = 100;
        Assert.Equal(100, m[1, 2].item<long>());
        Assert.Equal(ScalarType.BFloat16, x.to(bfloat16).dtype);
        var e = einsum("ij,kj->ik", m.to(float32), m.to(float32));
        Assert.Equal(new long[] { 3, 3 }, e.shape);
    }

    [Fact]
    public void Errors()
    {
        using var a = ones(2, 3);
        using var b = ones(4, 5, int64);
        var e = Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => a.matmul(b));
        Assert.Contains("aten::matmul(Float[2, 3], Long[4, 5])", e.Message);
    }

    [Fact]
    public void Modules()
    {
        using var scope = NewDisposeScope();
        using var net = nn.Sequential(("a", nn.Linear(4, 8)), ("b", nn.GELU()), ("c", nn.Linear(8, 2)));
        var loss = nn.functional.cross_entropy(net.call(randn(5, 4)), randint(0, 2, new long[] { 5 }));
        loss.backward();
        Assert.Equal(new[] { "a.weight", "a.bias", "c.weight", "c.bias" }, net.named_parameters().Select(p => p.name));
        Assert.All(net.parameters(), p => Assert.NotNull(p.grad));
        nn.utils.clip_grad_norm_(net.parameters(), 0.1);
        net.to(bfloat16);
        using var convolution = nn.Conv2d(3, 8, 3, padding: 1);
        Assert.Equal(new long[] { 1, 8, 8, 8 }, convolution.call(randn(1, 3, 8, 8)).shape);
    }
}
