using Magma.Models.Checkpoints;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;

namespace Magma.Cli.Tests.Models;

public sealed class ModelConvertTests(SmallModel small) : IClassFixture<SmallModel>
{
    [Theory]
    [InlineData("zip-torch-1.13.1.pt")]
    [InlineData("legacy.pth")]
    [InlineData("sharded")]
    public void A_file_of_pytorch_becomes_safetensors_with_the_same_bytes(string name)
    {
        using var folder = new TemporaryFolder();
        string source = Repository.Golden("torch", name);

        (int code, string output, string errors) = MagmaProcess.RunApart("model", "convert", source, "--out", folder["new"]);

        Assert.True(code == CommandLine.Success, errors);
        using ITensorFile before = TensorFiles.Open(source), after = TensorFiles.Open(folder["new"]);
        Assert.Equal(before.Names.Order(StringComparer.Ordinal), after.Names.Order(StringComparer.Ordinal));
        Assert.StartsWith($"{after.Names.Count()} tensors in ", output, StringComparison.Ordinal);
        foreach (string tensor in before.Names)
        {
            using torch.Tensor one = before.Load(tensor), whole = one.contiguous(), other = after.Load(tensor);
            Assert.Equal((whole.dtype, string.Join(',', whole.shape)), (other.dtype, string.Join(',', other.shape)));
            Assert.True(whole.bytes.SequenceEqual(other.bytes), tensor);
        }
    }

    [Fact]
    public void A_checkpoint_in_another_type_keeps_its_small_files_and_loads()
    {
        using var folder = new TemporaryFolder();

        (int code, _, string errors) = MagmaProcess.RunApart("model", "convert", small.Folder, "--out", folder["half"], "--type", "bfloat16");

        Assert.True(code == CommandLine.Success, errors);
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(folder["half"]);
        using ITensorFile before = TensorFiles.Open(small.Folder), after = TensorFiles.Open(folder["half"]);
        Assert.All(after.Names, name => Assert.Equal("BF16", after.Find(name)!.DType));
        foreach (string name in before.Names.Take(5))
        {
            using torch.Tensor one = before.Load(name), narrow = one.to(torch.ScalarType.BFloat16), other = after.Load(name);
            Assert.True(narrow.bytes.SequenceEqual(other.bytes), name);
        }
    }

    [Theory]
    [InlineData("hostile/os-system.pt", "os.system")]
    [InlineData("hostile/truncated.pt", "truncated")]
    [InlineData("nothing.pt", "nothing.pt")]
    public void What_cannot_be_read_is_refused_and_leaves_no_checkpoint(string name, string told)
    {
        using var folder = new TemporaryFolder();

        (int code, string output, string errors) = MagmaProcess.RunApart(
            "model", "convert", Repository.Golden(["torch", .. name.Split('/')]), "--out", folder["new"]);

        Assert.Equal((CommandLine.Failure, ""), (code, output));
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(told, errors, StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(folder["new"]) ? Directory.GetFiles(folder["new"]) : []);
    }

    [Fact]
    public void A_folder_that_holds_a_checkpoint_and_an_unknown_type_are_refused()
    {
        using var folder = new TemporaryFolder();
        string source = Repository.Golden("torch", "legacy.pth");

        Assert.Contains("exists already and is not empty", MagmaProcess.RunApart("model", "convert", source, "--out", small.Folder).Errors, StringComparison.Ordinal);
        Assert.Contains("--type is 'int3'", MagmaProcess.RunApart("model", "convert", source, "--out", folder["new"], "--type", "int3").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_shows_what_a_checkpoint_holds()
    {
        (int code, string output, _) = MagmaProcess.RunApart("model", "info", small.Folder);

        Assert.Equal(CommandLine.Success, code);
        Assert.Contains("3 layers of 64", output, StringComparison.Ordinal);
        Assert.Contains("F32: ", output, StringComparison.Ordinal);
    }
}
