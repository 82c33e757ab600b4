using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Magma.TorchSharp.Tests.Nn;

/// <summary>Layers against their definitions, written with plain tensor operations.</summary>
public class FunctionalTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Attention_is_the_weighted_mean_of_the_values(bool causal, bool masked)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (q, k, v) = (randn(2, 3, 5, 4), randn(2, 3, 5, 4), randn(2, 3, 5, 4));
        var allowed = causal ? ones(5, 5, @bool).tril() : masked ? rand(5, 5) > 0.3 : ones(5, 5, @bool);
        allowed[.., 0] = true;
        var result = F.scaled_dot_product_attention(q, k, v, masked ? allowed : null, is_casual: causal);
        var added = F.scaled_dot_product_attention(q, k, v, zeros(5, 5).masked_fill(~allowed, double.NegativeInfinity));
        var scores = einsum("bhqd,bhkd->bhqk", q, k) / 2;
        var weights = scores.exp() * allowed;
        var expected = einsum("bhqk,bhkd->bhqd", weights / weights.sum(-1, keepdim: true), v);
        Assert.True(result.allclose(expected, 1e-5, 1e-6));
        Assert.True(added.allclose(expected, 1e-5, 1e-6));
        Assert.Throws<ArgumentException>(() => F.scaled_dot_product_attention(q, k, v, allowed, is_casual: true));
    }

    [Fact]
    public void Cross_entropy_skips_ignored_positions_and_smooths()
    {
        using var scope = NewDisposeScope();
        var logits = randn(4, 7);
        var target = tensor(new long[] { 1, -100, 3, 6 });
        var picked = logits.log_softmax(1)[tensor(new long[] { 0, 2, 3 }), tensor(new long[] { 1, 3, 6 })];
        Assert.Equal((-picked.mean()).item<float>(), F.cross_entropy(logits, target).item<float>(), 1e-5);
        Assert.Equal((-picked.sum()).item<float>(), F.cross_entropy(logits, target, reduction: nn.Reduction.Sum).item<float>(), 1e-4);
        var smooth = F.cross_entropy(logits, zeros(4, int64), label_smoothing: 0.1);
        var expected = -(logits.log_softmax(1)[.., 0] * 0.9).mean() - (logits.log_softmax(1).mean() * 0.1);
        Assert.Equal(expected.item<float>(), smooth.item<float>(), 1e-5);
    }

    [Fact]
    public void Norms_follow_their_definition()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 6, 4);
        var normed = (x - x.mean([-1L], keepdim: true)) / (x.var(-1, false, true) + 1e-5).sqrt();
        using var layer = nn.LayerNorm(4);
        Assert.True(layer.call(x).allclose(normed, 1e-4, 1e-5));
        var grouped = x.view(2, 2, 12);
        var expected = ((grouped - grouped.mean([-1L], keepdim: true)) / (grouped.var(-1, false, true) + 1e-5).sqrt()).view(2, 6, 4);
        Assert.True(F.group_norm(x, 2).allclose(expected, 1e-4, 1e-5));
        Assert.True(F.normalize(x, dim: -1).pow(2).sum(-1).allclose(ones(2, 6), 1e-5));
    }

    [Fact]
    public void A_convolution_is_its_unfolded_product()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Conv2d(3, 5, 3, stride: 2, padding: 1);
        var image = randn(2, 3, 8, 8);
        var columns = F.unfold(image, 3, padding: 1, stride: 2);
        var expected = (layer.weight.view(5, 27).matmul(columns) + layer.bias!.view(5, 1)).view(2, 5, 4, 4);
        Assert.True(layer.call(image).allclose(expected, 1e-4, 1e-5));
        using var depthwise = nn.Conv2d(4, 4, 7, Padding.Same, groups: 4, bias: false);
        Assert.Equal(new long[] { 1, 4, 9, 9 }, depthwise.call(randn(1, 4, 9, 9)).shape);
        Assert.Equal(new long[] { 4, 1, 7, 7 }, depthwise.weight.shape);
        using var reflecting = nn.Conv2d(1, 1, 3, padding: 1, padding_mode: PaddingModes.Reflect, bias: false);
        Assert.Equal(new long[] { 1, 1, 4, 4 }, reflecting.call(randn(1, 1, 4, 4)).shape);
        Assert.Throws<ArgumentException>(() => nn.Conv2d(3, 4, 1, groups: 2));
    }

    [Fact]
    public void Resizing_works_by_size_and_by_factor_in_every_mode()
    {
        using var scope = NewDisposeScope();
        var image = arange(16, dtype: float32).view(1, 1, 4, 4);
        InterpolationMode[] modes =
        [
            InterpolationMode.Nearest,
            InterpolationMode.Bilinear,
            InterpolationMode.Bicubic,
            InterpolationMode.NearestExact,
            InterpolationMode.Area,
        ];
        foreach (var mode in modes)
        {
            Assert.Equal(new long[] { 1, 1, 2, 8 }, F.interpolate(image, [2, 8], mode: mode).shape);
        }

        var doubled = F.interpolate(image, scale_factor: [2], mode: InterpolationMode.Bilinear, align_corners: true);
        Assert.Equal(new long[] { 1, 1, 8, 8 }, doubled.shape);
        Assert.Equal(15, F.interpolate(image, [7, 7], mode: InterpolationMode.Bilinear, align_corners: true)[0, 0, 6, 6].item<float>());
        Assert.Equal(new float[] { 0, 2, 8, 10 }, F.interpolate(image, scale_factor: [0.5]).data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => F.interpolate(image));
        Assert.Throws<ArgumentException>(() => F.interpolate(image, [2, 2], mode: InterpolationMode.Trilinear));
        var grid = tensor(new float[] { -1, -1, 1, 1 }).view(1, 1, 2, 2);
        Assert.Equal(new float[] { 0, 15 }, F.grid_sample(image, grid, align_corners: true).data<float>().ToArray());
        Assert.Equal(new long[] { 1, 1, 6, 10 }, F.pad(image, (1, 5, 2, 0)).shape);
    }

    [Fact]
    public void An_embedding_looks_rows_up_and_its_padding_row_is_zero()
    {
        using var scope = NewDisposeScope();
        using var table = nn.Embedding(5, 3, padding_idx: 0);
        var found = table.call(tensor(new long[,] { { 0, 2 }, { 4, 2 } }));
        Assert.Equal(new long[] { 2, 2, 3 }, found.shape);
        Assert.Equal(0, found[0, 0].abs().sum().item<float>());
        Assert.True(found[0, 1].Equals(found[1, 1]));
        found.sum().backward();
        Assert.Equal(new float[] { 0, 0, 2, 0, 1 }, table.weight.grad![.., 0].data<float>().ToArray());
        using var frozen = nn.Embedding_from_pretrained(eye(3));
        Assert.False(frozen.weight.requires_grad);
    }

    [Fact]
    public void Activations_follow_their_formulas()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-4, 4, 33);
        Assert.True(F.silu(x).allclose(x * x.sigmoid()));
        Assert.True(F.gelu(x).allclose(x * ((x / Math.Sqrt(2)).erf() + 1) / 2, 1e-5, 1e-6));
        var approximate = x * ((Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))).tanh() + 1) / 2;
        Assert.True(F.gelu(x, GELU.Approximate.tanh).allclose(approximate, 1e-5, 1e-6));
        Assert.True(F.relu(x).allclose(x.clamp(min: 0)));
        Assert.True(F.softplus(x).allclose((x.exp() + 1).log(), 1e-5, 1e-6));
        using var inPlace = nn.ReLU(inplace: true);
        Assert.Same(x, inPlace.call(x));
    }

    [Fact]
    public void The_joint_norm_of_gradients_is_returned_and_cut()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(zeros(2));
        var b = new Parameter(zeros(1));
        a.grad = tensor(new float[] { 3, 0 });
        b.grad = tensor(new float[] { 4 });
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 10), 1e-6);
        Assert.Equal(3, a.grad![0].item<float>());
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 1), 1e-6);
        Assert.Equal(0.6, a.grad![0].item<float>(), 1e-5);
        nn.utils.clip_grad_value_([b], 0.5);
        Assert.Equal(0.5, b.grad![0].item<float>(), 1e-6);
    }

    [Fact]
    public void First_values_have_the_spread_they_should_have()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var w = empty(400, 300);
        Assert.Equal(Math.Sqrt(1.0 / 300 / 3) * Math.Sqrt(1), nn.init.kaiming_uniform_(w, Math.Sqrt(5)).std().item<float>(), 1e-3);
        Assert.Equal(Math.Sqrt(2.0 / 700), nn.init.xavier_normal_(w).std().item<float>(), 1e-3);
        Assert.Equal(0.02, nn.init.normal_(w, 0, 0.02).std().item<float>(), 1e-3);
        nn.init.trunc_normal_(w, 1, 0.5, 0.5, 1.25);
        Assert.InRange(w.min().item<float>(), 0.5, 0.51);
        Assert.InRange(w.max().item<float>(), 1.24, 1.25);
        Assert.Equal((300, 400), nn.init.CalculateFanInAndFanOut(w));
        Assert.Throws<ArgumentException>(() => nn.init.xavier_uniform_(ones(3)));
    }
}
