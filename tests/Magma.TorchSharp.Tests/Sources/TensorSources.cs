using TorchSharp;
using static TorchSharp.TensorExtensionMethods;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Sources;

/// <summary>Tensor code as users of TorchSharp write it: it has to compile unchanged, and to give what it says.</summary>
public class TensorSources
{
    [Fact]
    public void Creation_takes_values_types_devices_and_gradients_by_name()
    {
        using var d = torch.NewDisposeScope();
        var a = torch.tensor(new[] { 1f, 2f, 3f }, dtype: torch.float64, device: torch.CPU, requires_grad: true);
        Assert.True(a.requires_grad);
        Assert.Equal(ScalarType.Float64, a.dtype);
        var b = torch.tensor(new long[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal(new long[] { 2, 2 }, b.shape);
        Assert.Equal(3.5, torch.tensor(3.5).item<double>());
        Assert.Equal(2, torch.as_tensor(new List<int> { 1, 2 }).NumberOfElements);
        Assert.Equal(ScalarType.Float32, torch.as_tensor(new[] { 1, 2 }, dtype: torch.float32).dtype);
        var z = torch.zeros(2, 3);
        var o = torch.ones(new long[] { 2, 3 }, dtype: torch.int32);
        var e = torch.empty(4, dtype: torch.bfloat16);
        var f = torch.full(2, 2, 7.0f);
        var r = torch.rand(2, 3, dtype: torch.float32, device: torch.CPU);
        var n = torch.randn(new long[] { 5 }, generator: new Generator(3));
        var i = torch.randint(0, 10, new long[] { 3 });
        var p = torch.randperm(6);
        var l = torch.linspace(0, 1, 5);
        var y = torch.eye(3);
        Assert.Equal(18, torch.arange(0, 20, 2)[9].ToInt64());
        Assert.Equal(ScalarType.Int64, torch.arange(4).dtype);
        Assert.Equal(6, o.sum().ToInt32());
        Assert.Equal(15, p.sum().item<long>());
        Assert.Equal(new long[] { 2, 3 }, torch.zeros_like(r).shape);
        Assert.Equal(torch.int32, o.new_zeros(2).dtype);
        Assert.Equal(torch.int32, o.new_full(2, 2, 5).dtype);
        Assert.Equal(torch.bfloat16, e.new_empty(2, 2).dtype);
        Assert.Equal(28f, f.sum().item<float>());
        Assert.True((i < 10).all().item<bool>());
        Assert.Equal(5, n.size(0));
        Assert.Equal(1.0f, l[-1].item<float>());
        Assert.Equal(3, y.trace().ToSingle());
        Assert.Equal(0, z.count_nonzero().ToInt64());
        Tensor fromScalar = 2.5f;
        Tensor fromArray = new[] { 1, 2, 3 };
        Assert.Equal(2.5f, fromScalar.ToSingle());
        Assert.Equal(6, fromArray.sum().ToInt64());
    }

    [Fact]
    public void Indexing_reads_and_writes_by_numbers_ranges_ellipsis_masks_and_tensors()
    {
        using var d = torch.NewDisposeScope();
        var t = torch.arange(24).reshape(2, 3, 4);
        Assert.Equal(23, t[1, 2, 3].item<long>());
        Assert.Equal(new long[] { 3, 4 }, t[0].shape);
        Assert.Equal(new long[] { 2, 2, 4 }, t[.., 0..2].shape);
        Assert.Equal(new long[] { 2, 3 }, t[TensorIndex.Ellipsis, 0].shape);
        Assert.Equal(new long[] { 2, 3, 2 }, t[TensorIndex.Ellipsis, TensorIndex.Slice(0, null, 2)].shape);
        Assert.Equal(new long[] { 1, 2, 3, 4 }, t[TensorIndex.None].shape);
        Assert.Equal(11, t[^2, ^1, ^1].item<long>());
        Assert.Equal(12, t[t > 11].NumberOfElements);
        Assert.Equal(new long[] { 2, 3, 2 }, t[.., .., TensorIndex.Tensor(torch.tensor(new long[] { 0, 3 }))].shape);
        Assert.Equal(new long[] { 2, 3, 4 }, t.index(TensorIndex.Colon).shape);
        t[0, .., 1..3] = torch.tensor(0L);
        Assert.Equal(0, t[0, .., 1..3].sum().ToInt64());
        t.index_put_(torch.tensor(5L), TensorIndex.Single(1), TensorIndex.Single(0));
        Assert.Equal(20, t[1, 0].sum().ToInt64());
        Assert.Equal(2, t.select(1, 2).dim());
        Assert.Equal(new long[] { 2, 1, 4 }, t.narrow(1, 1, 1).shape);
        Assert.Equal(4, torch.gather(t[1], 0, torch.zeros(1, 4, dtype: torch.int64)).NumberOfElements);
    }

    [Fact]
    public void Arithmetic_broadcasts_and_mixes_numbers_and_tensors()
    {
        using var d = torch.NewDisposeScope();
        var a = torch.ones(2, 3);
        var b = torch.arange(3, dtype: torch.float32);
        var c = (a + b) * 2 - b / 4 + 1f - 3;
        Assert.Equal(new[] { 0f, 1.75f, 3.5f }, c[0].data<float>().ToArray());
        Assert.Equal(a.add(b, alpha: 2), a + (2 * b));
        Assert.Equal(-a, a.neg());
        a.add_(1).mul_(3).sub_(b).div_(2);
        a += 1;
        Assert.Equal(4f, a[0, 0].item<float>());
        Assert.Equal(1f, torch.pow(b, 2)[1].item<float>());
        Assert.True(((b >= 1) & (b < 2)).any().ToBoolean());
        Assert.Equal(1.5f, torch.where(b > 1, b, 1.5f).min().ToSingle());
        Assert.Equal(new long[] { 2, 2 }, torch.matmul(torch.rand(2, 3), torch.rand(3, 2)).shape);
        Assert.Equal(new long[] { 4, 2, 5 }, torch.bmm(torch.rand(4, 2, 3), torch.rand(4, 3, 5)).shape);
        Assert.Equal(new long[] { 2, 5 }, torch.einsum("ij,jk->ik", torch.rand(2, 3), torch.rand(3, 5)).shape);
        Assert.Equal(new long[] { 2, 6 }, torch.cat(new[] { a, a }, 1).shape);
        Assert.Equal(new long[] { 2, 2, 3 }, torch.stack(new List<Tensor> { a, a }, dim: 0).shape);
        var (values, indexes) = b.max(0);
        Assert.Equal((2f, 2L), (values.item<float>(), indexes.item<long>()));
        var (top, _) = b.topk(2);
        Assert.Equal(2f, top[0].item<float>());
        Assert.Equal(1f, b.mean().item<float>());
        Assert.Equal(new long[] { 1, 3 }, a.mean(new long[] { 0 }, keepdim: true).shape);
        Assert.Equal(1f, b.softmax(-1).sum().item<float>(), 5);
        Assert.True(b.exp().log().allclose(b, atol: 1e-6));
        Assert.Equal(2f, b.clamp(max: 2).max().ToSingle());
        var parts = torch.arange(10).split(4);
        Assert.Equal(new long[] { 4, 4, 2 }, parts.Select(part => part.size(0)));
    }

    [Fact]
    public void Elements_are_read_through_data_item_and_bytes()
    {
        using var x = torch.tensor(new[] { 1.5f, 2.5f, 3.5f });
        Assert.Equal(2.5f, x.data<float>()[1]);
        Assert.Equal(7.5f, x.data<float>().Sum());
        x.data<float>()[0] = 9;
        using var first = x[0];
        Assert.Equal(9f, first.item<float>());
        Assert.Equal(12, x.bytes.Length);
        using var whole = x.to(ScalarType.Int32);
        Assert.Equal(new[] { 9, 2, 3 }, whole.data<int>().ToArray());
        using var half = x.to_type(torch.float16);
        Assert.Equal(2, half.element_size());
        Assert.Equal(3, x.NumberOfElements);
        Assert.Equal(1, x.Dimensions);
        Assert.Contains("Float32", x.ToString());
        Assert.Contains("[3]", x.ToString(global::TorchSharp.TensorStringStyle.Metadata));
        Assert.False(string.IsNullOrWhiteSpace(x.ToString(torch.numpy)));
        Assert.False(string.IsNullOrWhiteSpace(x.str(style: torch.julia)));
    }

    [Fact]
    public void Scopes_modes_and_gradients_nest()
    {
        Tensor kept;
        using (var outer = torch.NewDisposeScope())
        {
            using (torch.NewDisposeScope())
            {
                var inner = torch.ones(2) + 1;
                kept = inner.MoveToOuterDisposeScope();
            }

            Assert.False(kept.IsInvalid);
            kept.DetachFromDisposeScope();
            Assert.Equal(0, outer.DisposablesCount);
        }

        using var d = torch.NewDisposeScope();
        using (kept)
        {
            Assert.Equal(4f, kept.sum().ToSingle());
        }

        var w = torch.tensor(2.0f, requires_grad: true);
        var y = (w * w) + (3 * w);
        y.backward();
        Assert.Equal(7f, w.grad!.item<float>());
        using (torch.no_grad())
        {
            Assert.False((w * 2).requires_grad);
            using (torch.enable_grad())
            {
                Assert.True((w * 2).requires_grad);
            }
        }

        using (torch.inference_mode())
        {
            Assert.True(torch.is_inference_mode_enabled());
        }

        var gradients = torch.autograd.grad(new[] { w.pow(3) }, new[] { w });
        Assert.Equal(12f, gradients[0].item<float>());
        Assert.True((w * 1).detach().is_leaf);
        var result = torch.WrappedTensorDisposeScope(() => torch.ones(3).cumsum(0) * 2);
        Assert.Equal(6f, result[2].item<float>());
    }

    [Fact]
    public void Devices_types_and_threads_are_asked_for_as_in_Python()
    {
        using var d = torch.NewDisposeScope();
        Assert.Equal(DeviceType.CPU, torch.device("cpu").type);
        Assert.Equal(0, torch.device("cuda:0").index);
        Assert.Equal(torch.cuda.is_available(), torch.cuda_is_available());
        Assert.True(torch.get_num_threads() >= 1);
        var t = torch.zeros(1, dtype: torch.uint8);
        Assert.Equal(DeviceType.CPU, t.device_type);
        Assert.Equal("cpu", t.device.ToString());
        Assert.True(torch.is_integral(t.dtype));
        Assert.False(torch.is_floating_point(t));
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => torch.ones(2, 3).matmul(torch.ones(2, 3)));
    }
}
