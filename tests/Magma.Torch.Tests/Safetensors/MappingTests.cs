using Magma.Testing;
using static TorchSharp.torch;

namespace Magma.Torch.Tests.Safetensors;

public class MappingTests
{
    [Fact]
    public void A_tensor_outlives_the_file_it_was_loaded_from()
    {
        using var folder = new TemporaryFolder();
        using var numbers = arange(1000, dtype: float32);
        SafetensorsWriter.Write(folder["a.safetensors"], new Dictionary<string, Tensor> { ["x"] = numbers });
        Tensor loaded;
        using (var file = SafetensorsFile.Open(folder["a.safetensors"]))
        {
            loaded = file.Load("x");
        }

        File.Delete(folder["a.safetensors"]);
        GC.Collect();
        Assert.Equal(numbers.data<float>().ToArray(), loaded.data<float>().ToArray());
        loaded.Dispose();
    }

    [Fact]
    public void Loading_copies_nothing_and_writing_stays_out_of_the_file()
    {
        using var folder = new TemporaryFolder();
        using var zero = zeros(1024);
        SafetensorsWriter.Write(folder["a.safetensors"], new Dictionary<string, Tensor> { ["x"] = zero });
        using var file = SafetensorsFile.Open(folder["a.safetensors"]);
        using var first = file.Load("x");
        using var second = file.Load("x");
        first.fill_(1);
        Assert.Equal(1, second.data<float>()[7]);
        using var reopened = SafetensorsFile.Open(folder["a.safetensors"]);
        using var fresh = reopened.Load("x");
        Assert.Equal(0, fresh.data<float>()[7]);
    }

    [Fact]
    public void The_map_goes_with_the_last_tensor()
    {
        using var folder = new TemporaryFolder();
        using var zero = zeros(1024);
        var path = folder["a.safetensors"];
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["x"] = zero });
        var file = SafetensorsFile.Open(path);
        var loaded = file.Load("x");
        using var view = loaded[100..200];
        file.Dispose();
        loaded.Dispose();
        Assert.True(IsMapped(path));
        Assert.Equal(0, view.data<float>()[99]);
        view.Dispose();
        Assert.False(IsMapped(path));
    }

    [Fact]
    public void Bytes_across_the_alignment_of_their_type_are_read_all_the_same()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();

        // A header of 62 bytes puts the numbers at byte 70, which no float32 may lie at.
        var header = """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}        """[..62];
        using (var stream = File.Create(folder["odd.safetensors"]))
        {
            stream.Write(BitConverter.GetBytes(62L));
            stream.Write(System.Text.Encoding.UTF8.GetBytes(header));
            stream.Write(BitConverter.GetBytes(1.5f));
            stream.Write(BitConverter.GetBytes(-2f));
        }

        using var file = SafetensorsFile.Open(folder["odd.safetensors"]);
        Assert.Equal(new[] { 1.5f, -2f }, file.Load("x").data<float>().ToArray());
    }

    private static bool IsMapped(string path) => File.ReadAllText("/proc/self/maps").Contains(path, StringComparison.Ordinal);
}
