using Magma.Testing;
using static TorchSharp.torch;

namespace Magma.Torch.Tests.Safetensors;

public class SafetensorsWriterTests
{
    [Fact]
    public void A_file_of_the_package_is_written_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var original = Repository.Golden("safetensors", "sharded", "model-00003-of-00003.safetensors");
        using (var file = SafetensorsFile.Open(original))
        {
            SafetensorsWriter.Write(folder["copy.safetensors"], file.LoadAll(), file.Metadata);
        }

        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(folder["copy.safetensors"]));
    }

    [Fact]
    public void What_is_written_reads_back_the_same_whatever_the_strides_and_types()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(1);
        var tensors = new Dictionary<string, Tensor>
        {
            ["turned"] = randn(3, 5).t(),
            ["narrowed"] = randn(4, 4)[.., 1..3],
            ["half"] = randn(7).to(float16),
            ["brain"] = randn(7).to(bfloat16),
            ["doubles"] = randn(2).to(float64),
            ["bytes"] = arange(3).to(uint8),
            ["flags"] = tensor(new[] { true, false, true }),
            ["number"] = tensor(5L),
            ["nothing"] = zeros(0, 4),
            ["trained"] = randn(3, requires_grad: true),
            ["é \" \\ \n"] = ones(1),
        };
        SafetensorsWriter.Write(folder["all.safetensors"], tensors, new Dictionary<string, string> { ["note"] = "é" });
        using var file = SafetensorsFile.Open(folder["all.safetensors"]);
        Assert.Equal("é", file.Metadata["note"]);
        Assert.Equal(tensors.Count, file.Entries.Count);
        foreach (var (name, tensor) in tensors)
        {
            var loaded = file.Load(name);
            Assert.Equal(tensor.dtype, loaded.dtype);
            Assert.Equal(tensor.shape, loaded.shape);
            Assert.True(loaded.Equals(tensor), name);
        }

        Assert.Equal([folder["all.safetensors"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Aligned_tensors_begin_at_cache_lines_and_the_file_stays_without_holes()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["a.odd"] = ones(5, ScalarType.Int8), ["b.scale"] = ones(64).to(bfloat16), ["c.short"] = ones(3), ["d.int8"] = ones(8, 64, ScalarType.Int8),
        };
        SafetensorsWriter.Write(folder["a.safetensors"], tensors, alignment: 64);
        var start = 8 + BitConverter.ToInt64(File.ReadAllBytes(folder["a.safetensors"]));
        using var file = SafetensorsFile.Open(folder["a.safetensors"]);
        Assert.Equal(["b.scale", "d.int8", "c.short", "a.odd"], file.Entries.Values.OrderBy(entry => entry.Begin).Select(entry => entry.Name));
        foreach (var name in new[] { "b.scale", "d.int8", "c.short" })
        {
            Assert.Equal(0, (start + file.Entries[name].Begin) % 64);
        }

        var end = 0L;
        foreach (var entry in file.Entries.Values.OrderBy(entry => entry.Begin))
        {
            Assert.Equal(end, entry.Begin);
            end = entry.End;
            Assert.True(tensors[entry.Name].Equals(file.Load(entry.Name)));
        }
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_other()
    {
        using var folder = new TemporaryFolder();
        using var fine = ones(2);
        SafetensorsWriter.Write(folder["a.safetensors"], new Dictionary<string, Tensor> { ["x"] = fine });
        var before = File.ReadAllBytes(folder["a.safetensors"]);
        var disposed = ones(2);
        disposed.Dispose();
        Assert.ThrowsAny<InvalidOperationException>(
            () => SafetensorsWriter.Write(folder["a.safetensors"], new Dictionary<string, Tensor> { ["x"] = disposed }));
        Assert.Equal(before, File.ReadAllBytes(folder["a.safetensors"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
