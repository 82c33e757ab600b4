using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Tensors;

public class TextTests
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    [Fact]
    public void A_tensor_says_its_shape_type_and_device_by_itself()
    {
        using var x = ones(2, 3, bfloat16);
        Assert.Equal("[2x3], type = BFloat16, device = cpu", x.ToString());
    }

    [Fact]
    public void Elements_are_written_in_the_style_asked_for()
    {
        using var x = tensor(new[,] { { 1, 2.5f }, { -3, 0 } });
        Assert.Equal("[[1, 2.5],\n [-3, 0]]", x.npstr(newLine: "\n", cultureInfo: Culture));
        Assert.Equal("{{1, 2.5},\n {-3, 0}}", x.cstr(newLine: "\n", cultureInfo: Culture));
        Assert.Equal("[2x2], type = Float32, device = cpu\n[[1, 2.5],\n [-3, 0]]", x.str(newLine: "\n", cultureInfo: Culture));
        using var truth = tensor(new[] { true, false });
        Assert.Equal("[True, False]", truth.ToString(numpy));
    }

    [Fact]
    public void Long_tensors_are_written_with_their_edges()
    {
        using var x = arange(5000);
        Assert.Equal("[0, 1, 2, ..., 4997, 4998, 4999]", x.npstr());
    }
}
