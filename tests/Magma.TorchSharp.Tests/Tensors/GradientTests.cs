using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Tensors;

public class GradientTests
{
    private const double Step = 1e-6;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["exp"] = x => x.exp(),
        ["tanh"] = x => x.tanh(),
        ["silu"] = x => x.silu(),
        ["gelu"] = x => x.gelu(),
        ["softmax"] = x => x.softmax(-1).pow(2),
        ["log_softmax"] = x => x.log_softmax(0)[1],
        ["matmul"] = x => x.matmul(x.t()),
        ["layer_norm"] = x => nn.functional.layer_norm(x, [4]).pow(3),
        ["mean_var"] = x => x.mean([0L]) * x.var(1).sum(),
        ["indexing"] = x => x[1..3, TensorIndex.Slice(0, 4, 2)] * x[0, 1],
        ["gather"] = x => x.gather(1, zeros(3, 1, int64)).sqrt(),
        ["cat"] = x => cat([x, x * 2]).sin(),
        ["where"] = x => where(x > 1, x, x * x),
        ["attention"] = x => nn.functional.scaled_dot_product_attention(x, x * 2, x.cos(), is_casual: true),
        ["conv2d"] = x => nn.functional.conv2d(x.view(1, 1, 3, 4), x[..2, ..2].view(1, 1, 2, 2), padding: [1, 1]),
        ["interpolate"] = x => nn.functional.interpolate(x.view(1, 1, 3, 4), [6, 5], mode: InterpolationMode.Bilinear).pow(2),
        ["cross_entropy"] = x => nn.functional.cross_entropy(x, tensor(new long[] { 1, 0, 3 })),
        ["einsum"] = x => einsum("ij,kj->ik", x, x.exp()),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_the_slope_that_differences_show(string name)
    {
        using var scope = NewDisposeScope();
        var function = Functions[name];
        manual_seed(3);
        var x = rand(new long[] { 3, 4 }, float64) + 0.5;
        x.requires_grad = true;
        function(x).sum().backward();
        var gradient = x.grad!.data<double>().ToArray();
        using var unrecorded = no_grad();
        for (var i = 0; i < 12; i++)
        {
            var bump = zeros(12, float64);
            bump[i] = Step;
            var up = function(x + bump.view(3, 4)).sum().item<double>();
            var down = function(x - bump.view(3, 4)).sum().item<double>();
            Assert.Equal((up - down) / (2 * Step), gradient[i], 1e-6 * Math.Max(1, Math.Abs(gradient[i])));
        }
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.True((x * 2).requires_grad);
            }

            Assert.False(is_grad_enabled());
        }

        Assert.True(is_grad_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }

        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void Gradients_add_up_until_they_are_cleared()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        (x * 3).sum().backward();
        (x * 3).sum().backward();
        Assert.Equal(new float[] { 6, 6 }, x.grad!.data<float>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void Gradients_can_be_asked_for_alone_and_differentiated_again()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new double[] { 2 }, requires_grad: true);
        var y = x.pow(3);
        var first = autograd.grad([y], [x], create_graph: true)[0];
        Assert.Equal(12, first.item<double>(), 1e-12);
        var second = autograd.grad([first], [x])[0];
        Assert.Equal(12, second.item<double>(), 1e-12);
        Assert.Null(x.grad);
        var unused = ones(1, requires_grad: true);
        Assert.Null(autograd.grad([x.pow(2)], [unused], allow_unused: true)[0]);
    }

    [Fact]
    public void A_weighted_backward_is_the_product_with_the_jacobian()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2 }, requires_grad: true);
        var y = x * x;
        y.backward([tensor(new float[] { 10, 100 })]);
        Assert.Equal(new float[] { 20, 400 }, x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Inner_gradients_are_kept_on_request_and_detached_tensors_get_none()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var y = x * 2;
        y.retain_grad();
        (y * 5).sum().backward();
        Assert.Equal(new float[] { 5, 5 }, y.grad!.data<float>().ToArray());
        Assert.False(x.detach().requires_grad);
        Assert.True(x.is_leaf);
        Assert.False(y.is_leaf);
    }
}
