using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Tensors;

/// <summary>Expected numbers are NumPy's for arange(24).reshape(2, 3, 4).</summary>
public class IndexingTests
{
    [Fact]
    public void Positions_select_and_negative_ones_count_from_the_end()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        Assert.Equal(new long[] { 3, 4 }, x[0].shape);
        Assert.Equal(23, x[-1, -1, -1].item<long>());
        Assert.Equal(new long[] { 20, 21, 22, 23 }, Numbers(x[1, 2]));
        Assert.Equal(23, x[^1, ^1, ^1].item<long>());
    }

    [Fact]
    public void Ranges_slice()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        Assert.Equal(new long[] { 4, 5, 6, 7, 8, 9, 10, 11 }, Numbers(x[0][1..]));
        Assert.Equal(new long[] { 2, 3, 6, 7, 10, 11 }, Numbers(x[0, .., 2..]));
        Assert.Equal(new long[] { 2, 3, 3 }, x[.., .., ..^1].shape);
        Assert.Equal(new long[] { 1, 2, 4 }, x[1..2, ..2].shape);
        Assert.Equal(new long[] { 0, 3, 4 }, x[2..].shape);
    }

    [Fact]
    public void Slices_take_steps_and_open_ends()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        Assert.Equal(new long[] { 0, 2 }, Numbers(x[0, 0, TensorIndex.Slice(null, null, 2)]));
        Assert.Equal(new long[] { 1, 2 }, Numbers(x[0, 0, TensorIndex.Slice(1, 3)]));
        Assert.Equal(new long[] { 2, 3, 4 }, x[TensorIndex.Colon].shape);
        Assert.Equal(new long[] { 2, 3 }, Numbers(x[0, 0, (2, null)]));
    }

    [Fact]
    public void Ellipsis_and_new_axes_shape()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        Assert.Equal(new long[] { 3, 7, 11, 15, 19, 23 }, Numbers(x[TensorIndex.Ellipsis, 3]));
        Assert.Equal(new long[] { 1, 2, 3, 4, 1 }, x[TensorIndex.None, TensorIndex.Ellipsis, TensorIndex.None].shape);
    }

    [Fact]
    public void Truth_values_and_index_tensors_choose()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        Assert.Equal(new long[] { 21, 22, 23 }, Numbers(x[x > 20]));
        var rows = tensor(new long[] { 1, 0 });
        Assert.Equal(new long[] { 2, 3, 4 }, x[rows].shape);
        Assert.Equal(12, x[rows][0, 0, 0].item<long>());
        Assert.Equal(new long[] { 16, 8 }, Numbers(x[rows, tensor(new long[] { 1, 2 })][.., 0]));
    }

    [Fact]
    public void Assignment_writes_through_views()
    {
        using var scope = NewDisposeScope();
        var x = Cube();
        x[0, 1] = tensor(new long[] { -1, -2, -3, -4 });
        x[1, .., 0] = 100;
        x[x > 22] = 0;
        Assert.Equal(new long[] { -1, -2, -3, -4 }, Numbers(x[0, 1]));
        Assert.Equal(new long[] { 0, 0, 0 }, Numbers(x[1, .., 0]));
        Assert.Equal(new long[] { 0, 21, 22, 0 }, Numbers(x[1, 2]));
    }

    [Fact]
    public void Index_put_takes_numbers_tensors_and_accumulates()
    {
        using var scope = NewDisposeScope();
        var counts = zeros(4);
        counts.index_put_(ones(3), [tensor(new long[] { 1, 1, 3 })], accumulate: true);
        Assert.Equal(new float[] { 0, 2, 0, 1 }, counts.data<float>().ToArray());
        counts.index_put_(7, TensorIndex.Slice(0, 2));
        Assert.Equal(new float[] { 7, 7, 0, 1 }, counts.data<float>().ToArray());
    }

    private static Tensor Cube() => arange(24).reshape(2, 3, 4);

    private static long[] Numbers(Tensor tensor) => tensor.data<long>().ToArray();
}
