using Magma.Testing;

namespace Magma.Torch.Tests.Checkpoints;

public sealed class OrdinaryFileTests
{
    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model.bin.index.json")]
    public void What_is_no_ordinary_file_is_refused_at_once(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Pipe(name);
        File.CreateSymbolicLink(folder[$"to-{name}"], folder[name]);
        File.CreateSymbolicLink(folder[$"device-{name}"], "/dev/zero");

        foreach (var path in new[] { folder[name], folder[$"to-{name}"], folder[$"device-{name}"] })
        {
            var problem = Assert.Throws<InvalidDataException>(() => { TensorFiles.Open(path).Dispose(); });
            Assert.Contains($"{path} is empty, or a pipe or device", problem.Message);
        }
    }

    [Fact]
    public void A_shard_that_is_a_folder_or_a_pipe_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["model.safetensors.index.json"], """{"weight_map": {"a": "one.safetensors"}}""");
        Directory.CreateDirectory(folder["one.safetensors"]);
        Assert.Contains("one.safetensors is a folder", Assert.Throws<InvalidDataException>(Open).Message);

        Directory.Delete(folder["one.safetensors"]);
        folder.Pipe("one.safetensors");
        Assert.Contains("pipe or device", Assert.Throws<InvalidDataException>(Open).Message);

        void Open() => TensorFiles.Open(folder.Path).Dispose();
    }
}
