using System.Buffers.Binary;
using System.Text;
using Magma.Testing;

namespace Magma.Torch.Tests.PyTorch;

/// <summary>Files that try to run code, take memory without bound, or are damaged.</summary>
public class HostilePyTorchFilesTests
{
    [Theory]
    [InlineData("os-system.pt", "'os.system', which no tensor needs")]
    [InlineData("posix-system-beside-good-tensor.pt", "'posix.system', which no tensor needs")]
    [InlineData("builtins-eval.pt", "'builtins.eval', which no tensor needs")]
    [InlineData("stack-global-exec.pt", "'builtins.exec', which no tensor needs")]
    [InlineData("inst-opcode.pt", "'os.system', which no tensor needs")]
    [InlineData("reduce-getattr.pt", "'builtins.getattr', which no tensor needs")]
    [InlineData("build-setstate.pt", "'torch.nn.modules.linear.Linear', which no tensor needs")]
    [InlineData("os-system-legacy.pth", "'os.system', which no tensor needs")]
    [InlineData("raw-pickle.bin", "'os.system', which no tensor needs")]
    [InlineData("unknown-global.pt", "'nowhere.Thing', which no tensor needs")]
    [InlineData("whole-module.pt", "'torch.nn.modules.linear.Linear', which no tensor needs")]
    [InlineData("namespace.pt", "'argparse.Namespace', which no tensor needs")]
    [InlineData("view-out-of-range.pt", "reaches beyond its storage '0' of 4 elements")]
    [InlineData("offset-out-of-range.pt", "reaches beyond its storage '0' of 4 elements")]
    [InlineData("negative-size.pt", "sizes [-2]")]
    [InlineData("overflow-size.pt", "repeats the 4 elements of its storage")]
    [InlineData("storage-too-short.pt", "is to have 4000 bytes, its record has 16")]
    [InlineData("storage-missing.pt", "has no record archive/data/7")]
    [InlineData("no-data-pkl.pt", "a zip file without data.pkl")]
    [InlineData("memo-missing.pt", "recalls its value 99")]
    [InlineData("stack-underflow.pt", "takes from an empty stack")]
    [InlineData("no-stop.pt", "the pickle ends early")]
    [InlineData("huge-string-length.pt", "4611686018427387904 bytes wanted")]
    [InlineData("size-lies.pt", "but the file has")]
    [InlineData("truncated.pt", "no end record: it is truncated")]
    [InlineData("truncated-legacy.pth", "the file is truncated")]
    [InlineData("empty.pt", "is empty, or a pipe or device")]
    public void A_hostile_file_is_refused_with_what_it_tried(string name, string message)
    {
        var path = Repository.Golden("torch", "hostile", name);
        var problem = Assert.Throws<InvalidDataException>(() => PyTorchFile.Open(path).Dispose());
        Assert.Contains(message, problem.Message);
        Assert.Contains(path, problem.Message);
    }

    [Fact]
    public void Of_a_packed_record_only_what_is_asked_for_is_unpacked()
    {
        using var file = PyTorchFile.Open(Repository.Golden("torch", "hostile", "deflate-bomb.pt"));
        var before = GC.GetTotalAllocatedBytes();
        using var tensor = file.StateDict["w"].Load();
        Assert.Equal(new long[] { 2, 2 }, tensor.shape);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 1 << 20);
    }

    [Fact]
    public void Deep_nesting_exhausts_no_stack()
    {
        using var file = PyTorchFile.Open(Repository.Golden("torch", "hostile", "deep-nesting.pt"));
        Assert.Empty(file.StateDict);
    }

    [Fact]
    public void A_wrong_checksum_is_not_noticed_as_in_torch()
    {
        using var file = PyTorchFile.Open(Repository.Golden("torch", "hostile", "crc-wrong.pt"));
        Assert.Equal(new long[] { 64 }, file.StateDict["w"].Shape);
    }

    [Fact]
    public void Tensors_of_the_other_byte_order_are_refused()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Repository.Golden("torch", "zip-torch-2.13.0.pt"));
        var at = bytes.AsSpan().LastIndexOf("little"u8);
        "bigbig"u8.CopyTo(bytes.AsSpan(at));
        File.WriteAllBytes(folder["big.pt"], bytes);
        Assert.Contains("highest byte first", Refusal(folder["big.pt"]));
    }

    [Fact]
    public void Legacy_tensors_of_the_other_byte_order_are_refused()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Repository.Golden("torch", "legacy.pth"));
        var at = bytes.AsSpan().IndexOf("little_endian"u8);
        var truth = at + bytes.AsSpan(at).IndexOf((byte)0x88);
        bytes[truth] = 0x89;
        File.WriteAllBytes(folder["big.pth"], bytes);
        Assert.Contains("highest byte first", Refusal(folder["big.pth"]));
    }

    [Fact]
    public void The_oldest_layout_is_named()
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[1024];
        "ustar"u8.CopyTo(bytes.AsSpan(257));
        File.WriteAllBytes(folder["old.pt"], bytes);
        Assert.Contains("the tar layout", Refusal(folder["old.pt"]));
    }

    // Every byte of a small file, changed in turn: a refusal or a result, never another exception.
    [Theory]
    [InlineData("hostile/posix-system-beside-good-tensor.pt")]
    [InlineData("hostile/view-out-of-range.pt")]
    [InlineData("bare-tensor.pt")]
    [InlineData("legacy-training.pth")]
    public void A_changed_byte_is_refused_or_harmless(string name)
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Repository.Golden("torch", name));
        for (var place = 0; place < whole.Length; place += whole.Length > 2000 ? 7 : 1)
        {
            var bytes = whole.ToArray();
            bytes[place] ^= (byte)(1 << (place % 8));
            OpenOrRefuse(folder["changed.pt"], bytes);
            OpenOrRefuse(folder["cut.pt"], whole[..place]);
        }
    }

    [Fact]
    public void A_number_of_elements_that_overflows_is_refused()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Repository.Golden("torch", "hostile", "storage-too-short.pt"));
        Span<byte> wanted = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(wanted, 1000);
        for (var at = bytes.AsSpan().IndexOf(wanted); at >= 0; at = bytes.AsSpan().IndexOf(wanted))
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), long.MaxValue / 2);
        }

        File.WriteAllBytes(folder["overflow.pt"], bytes);
        Assert.Contains("elements", Refusal(folder["overflow.pt"]));
    }

    [Fact]
    public void An_index_that_disagrees_with_its_shards_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.Golden("torch", "sharded", "pytorch_model-00003-of-00003.bin"), folder["one.bin"]);
        File.WriteAllText(folder["pytorch_model.bin.index.json"], """{"weight_map": {"ghost": "one.bin"}}""", Encoding.UTF8);
        var problem = Assert.Throws<InvalidDataException>(() => TensorFiles.Open(folder.Path).Dispose());
        Assert.Contains("the shard lacks [ghost]", problem.Message);
    }

    private static string Refusal(string path) => Assert.Throws<InvalidDataException>(() => PyTorchFile.Open(path).Dispose()).Message;

    private static void OpenOrRefuse(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            using var file = PyTorchFile.Open(path);
            foreach (var tensor in file.StateDict.Values)
            {
                tensor.Load().Dispose();
            }
        }
        catch (InvalidDataException)
        {
        }
    }
}
