using System.Numerics;
using System.Text.Json;
using Magma.Testing;
using TorchSharp;

namespace Magma.Torch.Tests.PyTorch;

/// <summary>Files written by torch 2.13 and 1.13 in both layouts, and what torch read back from them.</summary>
public class ForeignPyTorchFilesTests
{
    private static readonly JsonElement Expected =
        JsonDocument.Parse(File.ReadAllText(Repository.Golden("torch", "expected.json"))).RootElement;

    public static TheoryData<string> GoodFiles =>
        [.. Expected.GetProperty("files").EnumerateObject().Select(file => file.Name).Where(name => !name.EndsWith(".json"))];

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void Every_value_of_a_file_that_torch_wrote_is_found(string name)
    {
        using var file = PyTorchFile.Open(Repository.Golden("torch", name));
        Check(file.Root, Expected.GetProperty("files").GetProperty(name), name);
    }

    [Theory]
    [InlineData("zip-torch-1.13.1.pt", 26)]
    [InlineData("zip-torch-2.13.0.pt", 26)]
    [InlineData("legacy.pth", 26)]
    [InlineData("state_dict-nested.pth", 26)]
    [InlineData("training-torch-2.13.0.pth", 9)]
    [InlineData("legacy-training.pth", 9)]
    [InlineData("bare-tensor.pt", 0)]
    [InlineData("list-of-tensors.pt", 0)]
    public void The_state_dictionary_is_found_where_it_is_customary(string name, int tensors)
    {
        using var file = PyTorchFile.Open(Repository.Golden("torch", name));
        Assert.Equal(tensors, file.StateDict.Count);
    }

    [Fact]
    public void Shards_are_found_through_the_index()
    {
        using var checkpoint = PyTorchCheckpoint.Open(Repository.Golden("torch", "sharded", "pytorch_model.bin.index.json"));
        var expected = Expected.GetProperty("files").GetProperty("sharded/pytorch_model.bin.index.json").GetProperty("dict").EnumerateArray().ToArray();
        Assert.Equal(expected.Select(entry => entry[0].GetString()).Order(), checkpoint.Names.Order());
        foreach (var entry in expected)
        {
            using var tensor = checkpoint.Load(entry[0].GetString()!);
            ExpectedTensor.Check(entry[1], tensor);
        }
    }

    [Fact]
    public void A_folder_of_shards_opens_like_a_file()
    {
        using var checkpoint = TensorFiles.Open(Repository.Golden("torch", "sharded"));
        Assert.Equal("BF16", checkpoint.Find("norm.weight")!.DType);
    }

    [Theory]
    [InlineData("zip-torch-2.13.0.pt")]
    [InlineData("legacy.pth")]
    public void Loaded_tensors_outlive_their_file(string name)
    {
        torch.Tensor tensor;
        using (var file = PyTorchFile.Open(Repository.Golden("torch", name)))
        {
            tensor = file.StateDict["shared.whole"].Load();
        }

        using (tensor)
        {
            Assert.Equal(1.5409960746765137, tensor.data<float>()[0]);
        }
    }

    [Fact]
    public void Tensors_of_one_storage_share_the_mapped_memory()
    {
        using var file = PyTorchFile.Open(Repository.Golden("torch", "zip-torch-2.13.0.pt"));
        using var whole = file.StateDict["shared.whole"].Load();
        using var head = file.StateDict["shared.head"].Load();
        head.fill_(7);
        Assert.Equal(7, whole.data<float>()[0]);
        using var again = PyTorchFile.Open(Repository.Golden("torch", "zip-torch-2.13.0.pt"));
        using var untouched = again.StateDict["shared.whole"].Load();
        Assert.NotEqual(7, untouched.data<float>()[0]);
    }

    private static void Check(object? value, JsonElement expected, string where)
    {
        if (expected.ValueKind != JsonValueKind.Object)
        {
            CheckScalar(value, expected, where);
        }
        else if (expected.TryGetProperty("tensor", out _))
        {
            using var tensor = Assert.IsType<PyTorchTensor>(value).Load();
            ExpectedTensor.Check(expected, tensor);
        }
        else if (expected.TryGetProperty("dict", out var pairs))
        {
            var items = Assert.IsType<PyTorchDictionary>(value).Items;
            Assert.Equal(pairs.GetArrayLength(), items.Count);
            for (var place = 0; place < items.Count; place++)
            {
                CheckScalar(items[place].Key, pairs[place][0], where);
                Check(items[place].Value, pairs[place][1], $"{where}/{items[place].Key}");
            }
        }
        else
        {
            var list = expected.EnumerateObject().Single().Value;
            var members = expected.TryGetProperty("list", out _) ? Assert.IsType<List<object?>>(value) : [.. Assert.IsType<object?[]>(value)];
            Assert.Equal(list.GetArrayLength(), members.Count);
            for (var place = 0; place < members.Count; place++)
            {
                Check(members[place], list[place], $"{where}[{place}]");
            }
        }
    }

    private static void CheckScalar(object? value, JsonElement expected, string where)
    {
        object? wanted = expected.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => expected.GetString(),
            _ when value is double => expected.GetDouble(),
            _ when value is BigInteger => BigInteger.Parse(expected.GetRawText()),
            _ => expected.GetInt64(),
        };
        Assert.True(Equals(wanted, value), $"{where}: expected {wanted}, found {value}");
    }
}
