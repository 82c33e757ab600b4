using TorchSharp;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Tensors;

public class CreationTests
{
    [Fact]
    public void Arrays_keep_their_type_shape_and_values()
    {
        using var scope = NewDisposeScope();
        Check(tensor(new float[,] { { 1, 2 }, { 3, 4 } }), ScalarType.Float32, [2, 2], new float[] { 1, 2, 3, 4 });
        Check(tensor(new double[] { 1, 2 }), ScalarType.Float64, [2], new double[] { 1, 2 });
        Check(tensor(new long[,,] { { { 1 } }, { { 2 } } }), ScalarType.Int64, [2, 1, 1], new long[] { 1, 2 });
        Check(tensor(new int[] { 1, 2, 3, 4 }, new long[] { 2, 2 }), ScalarType.Int32, [2, 2], new[] { 1, 2, 3, 4 });
        Check(tensor(new byte[] { 255 }), ScalarType.Byte, [1], new byte[] { 255 });
        Check(tensor(new[] { true, false }), ScalarType.Bool, [2], new[] { true, false });
        Check(tensor(new List<float> { 1, 2, 3 }), ScalarType.Float32, [3], new float[] { 1, 2, 3 });
        Check(tensor(new[] { (Half)1.5f }), ScalarType.Float16, [1], new[] { (Half)1.5f });
        Check(tensor(new[] { (BFloat16)1.5f }), ScalarType.BFloat16, [1], new[] { (BFloat16)1.5f });
        Check(from_array(new float[,] { { 5, 6 } }), ScalarType.Float32, [1, 2], new float[] { 5, 6 });
        Check((Tensor)new[] { 1, 2 }, ScalarType.Int32, [2], new[] { 1, 2 });
    }

    [Fact]
    public void Numbers_become_tensors_of_no_dimension()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, tensor(1f).dtype);
        Assert.Equal(ScalarType.Float64, tensor(1d).dtype);
        Assert.Equal(ScalarType.Int32, tensor(1).dtype);
        Assert.Equal(ScalarType.Int64, tensor(1L).dtype);
        Assert.Equal(ScalarType.Bool, tensor(true).dtype);
        Assert.Equal(0, tensor(1).ndim);
        Assert.Equal(2.5f, (float)tensor(2.5));
        Assert.Equal(2, tensor(2.9).item<int>());
    }

    [Fact]
    public void Values_that_do_not_fill_the_shape_are_refused() =>
        Assert.Contains("3 values for the shape [2, 2]", Assert.Throws<ArgumentException>(() =>
            tensor(new float[3], new long[] { 2, 2 })).Message);

    [Fact]
    public void Factories_fill_in_the_asked_type()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, zeros(2, 3).dtype);
        Assert.All(ones(new long[] { 2, 3 }, float64).data<double>(), value => Assert.Equal(1, value));
        Assert.All(full(3, 7).data<long>(), value => Assert.Equal(7, value));
        Assert.All(full(3, 0.5).data<float>(), value => Assert.Equal(0.5f, value));
        Assert.Equal(3, eye(3).sum().item<float>());
        Assert.Equal(new long[] { 0, 1, 2 }, arange(3).data<long>().ToArray());
        Assert.Equal(new[] { 0f, 0.5f }, arange(0, 1, 0.5).data<float>().ToArray());
        Assert.Equal(new[] { 0f, 0.5f, 1f }, linspace(0, 1, 3).data<float>().ToArray());
        Assert.Equal(new long[] { 2, 4 }, zeros_like(empty(2, 4)).shape);
        Assert.Equal(ScalarType.Int64, zeros_like(empty(2, 4), int64).dtype);
        Assert.True(rand(2, requires_grad: true).requires_grad);
    }

    [Fact]
    public void One_seed_gives_one_stream()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var first = randn(100);
        manual_seed(7);
        Assert.True(first.Equals(randn(100)));
        using var generator = new Generator(7);
        Assert.True(first.Equals(randn(100, generator: generator)));
        Assert.False(first.Equals(randn(100, generator: generator)));
        generator.manual_seed(7);
        var state = generator.get_state();
        var next = rand(5, generator: generator);
        generator.set_state(state);
        Assert.True(next.Equals(rand(5, generator: generator)));
        Assert.Equal(7, generator.initial_seed());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), randperm(10).data<long>().Order());
        Assert.All(randint(3, 5, new long[] { 50 }).data<long>(), value => Assert.InRange(value, 3, 4));
    }

    [Fact]
    public void Values_convert_between_all_types()
    {
        using var scope = NewDisposeScope();
        var types = new[] { float32, float64, bfloat16, float16, int64, int32, int16, int8, uint8 };
        foreach (var from in types)
        {
            foreach (var to in types)
            {
                Assert.Equal(new double[] { 0, 1, 100 }, tensor(new[] { 0, 1, 100 }).to(from).to(to).to(float64).data<double>().ToArray());
            }
        }

        Assert.Equal(new[] { false, true }, tensor(new[] { 0, 3 }).to(@bool).data<bool>().ToArray());
    }

    [Fact]
    public void Converting_to_the_same_type_shares_memory_and_is_disposed_apart()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        var same = x.to(float32);
        same.fill_(5);
        same.Dispose();
        Assert.Equal(5, x[0].item<float>());
        var copy = x.to(float32, copy: true);
        copy.zero_();
        Assert.Equal(5, x[0].item<float>());
        var moved = x.to(float64, disposeAfter: true);
        Assert.True(x.IsInvalid);
        Assert.Equal(5, moved[1].item<double>());
    }

    [Fact]
    public void Elements_are_read_and_written_in_row_major_order_whatever_the_strides()
    {
        using var scope = NewDisposeScope();
        var x = arange(6).reshape(2, 3).t();
        Assert.False(x.is_contiguous());
        var data = x.data<long>();
        Assert.Equal(new long[] { 0, 3, 1, 4, 2, 5 }, data.ToArray());
        Assert.Equal(new long[] { 0, 3, 1, 4, 2, 5 }, data.ToList());
        Assert.Equal(4, data[1, 1]);
        data[2, 0] = 20;
        Assert.Equal(20, x[2, 0].item<long>());
        Assert.Equal(20L, ((long[,])data.ToNDArray())[2, 0]);
        Assert.Throws<IndexOutOfRangeException>(() => data[3, 0]);
        Assert.Throws<ArgumentException>(() => x.data<float>());
        Assert.Throws<NotSupportedException>(() => x.bytes.Length);
    }

    [Fact]
    public void Bytes_are_the_memory_itself()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2);
        x.bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new[] { 1.5f, -2 }.AsSpan());
        Assert.Equal(new[] { 1.5f, -2f }, x.data<float>().ToArray());
        var stream = new MemoryStream();
        x.WriteBytesToStream(stream);
        stream.Position = 0;
        var y = zeros(2);
        y.ReadBytesFromStream(stream);
        Assert.True(x.Equals(y));
        Assert.Throws<ArgumentException>(() => x.bytes = new byte[3]);
    }

    private static void Check<T>(Tensor tensor, ScalarType type, long[] shape, T[] values)
        where T : unmanaged
    {
        Assert.Equal(type, tensor.dtype);
        Assert.Equal(shape, tensor.shape);
        Assert.Equal(values, tensor.data<T>().ToArray());
    }
}
