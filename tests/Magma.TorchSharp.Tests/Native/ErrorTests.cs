using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Native;

public class ErrorTests
{
    [Fact]
    public void An_error_of_a_typed_call_names_operation_shapes_and_types()
    {
        using var a = ones(2, 3);
        using var b = ones(4, 5, int64);
        var problem = Assert.Throws<ExternalException>(() => a.matmul(b));
        Assert.StartsWith("aten::matmul(Float[2, 3], Long[4, 5]): ", problem.Message);
    }

    [Fact]
    public void An_error_of_a_boxed_call_names_operation_shapes_and_types()
    {
        using var image = ones(1, 3, 8, 8);
        using var weight = ones(new long[] { 4, 2, 3, 3 }, float64);
        var problem = Assert.Throws<ExternalException>(() => nn.functional.conv2d(image, weight));
        Assert.StartsWith("aten::conv2d(Float[1, 3, 8, 8], Double[4, 2, 3, 3]): ", problem.Message);
    }

    [Fact]
    public void An_error_of_a_list_of_tensors_names_all_of_them()
    {
        using var a = ones(2, 3);
        using var b = ones(2, 4, 5);
        Assert.StartsWith("aten::cat(Float[2, 3], Float[2, 4, 5]): ", Assert.Throws<ExternalException>(() => cat([a, b])).Message);
        Assert.StartsWith("aten::stack(Float[2, 3], Float[2, 4, 5]): ", Assert.Throws<ExternalException>(() => stack([a, b])).Message);
    }

    [Fact]
    public void Indexing_views_and_in_place_errors_are_caught()
    {
        using var a = ones(2, 3);
        using var c = ones(7);
        Assert.Contains("index", Assert.Throws<ExternalException>(() => a[5]).Message);
        Assert.StartsWith("aten::view(Float[2, 3]): ", Assert.Throws<ExternalException>(() => a.view(5)).Message);
        Assert.StartsWith("aten::add_(Float[2, 3], Float[7]): ", Assert.Throws<ExternalException>(() => a.add_(c)).Message);
        Assert.StartsWith("index(Float[2, 3]): ", Assert.Throws<ExternalException>(() => a[0, 0, 0]).Message);
    }

    [Fact]
    public void Errors_of_the_gradient_engine_are_caught()
    {
        using var x = ones(3, requires_grad: true);
        using var y = x * x;
        Assert.Contains("backward(Float[3])", Assert.Throws<ExternalException>(() => y.backward()).Message);
        using var sum = y.sum();
        sum.backward();
        x.grad = null;
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => sum.backward()).Message);
    }

    [Fact]
    public void A_disposed_tensor_is_refused_before_libtorch_sees_it()
    {
        var x = ones(1);
        x.Dispose();
        x.Dispose();
        Assert.True(x.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => x.abs());
        Assert.Throws<InvalidOperationException>(() => x.shape);
        Assert.Throws<InvalidOperationException>(() => stack([x]));
    }

    [Fact]
    public void Sizes_that_no_memory_holds_are_an_error_and_not_the_end_of_the_process() =>
        Assert.Throws<ExternalException>(() => empty(1L << 40, 1L << 20));
}
