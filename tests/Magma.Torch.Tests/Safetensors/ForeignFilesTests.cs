using System.Text.Json;
using Magma.Testing;
using TorchSharp;

namespace Magma.Torch.Tests.Safetensors;

/// <summary>Files written by the safetensors package 0.8.0, and what it read back from them.</summary>
public class ForeignFilesTests
{
    private static readonly JsonElement Expected =
        JsonDocument.Parse(File.ReadAllText(Repository.Golden("safetensors", "expected.json"))).RootElement;

    public static TheoryData<string> GoodFiles =>
        [.. Expected.GetProperty("files").EnumerateObject().Select(file => file.Name).Where(name => name.EndsWith(".safetensors"))];

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void Every_value_of_a_package_written_file_is_found(string name)
    {
        var expected = Expected.GetProperty("files").GetProperty(name);
        using var file = SafetensorsFile.Open(Repository.Golden("safetensors", name));
        Check(file, expected.GetProperty("tensors"));
        var metadata = expected.GetProperty("metadata");
        foreach (var pair in metadata.ValueKind == JsonValueKind.Object ? metadata.EnumerateObject().ToArray() : [])
        {
            Assert.Equal(pair.Value.GetString(), file.Metadata[pair.Name]);
        }
    }

    [Theory]
    [InlineData("sharded")]
    [InlineData("sharded/model.safetensors.index.json")]
    public void Shards_are_found_through_the_index(string path)
    {
        using var file = SafetensorsFile.Open(Repository.Golden("safetensors", path));
        Check(file, Expected.GetProperty("files").GetProperty("sharded/model.safetensors.index.json").GetProperty("tensors"));
    }

    private static void Check(SafetensorsFile file, JsonElement tensors)
    {
        Assert.Equal(tensors.EnumerateObject().Select(tensor => tensor.Name).Order(), file.Entries.Keys.Order());
        foreach (var tensor in tensors.EnumerateObject())
        {
            if (file.Entries[tensor.Name].DType == "U64")
            {
                // It holds 2^64 - 1, which is above what any tensor here can hold.
                Assert.Contains("above what int64 can hold", Assert.Throws<InvalidDataException>(() => file.Load(tensor.Name)).Message);
                continue;
            }

            using var loaded = file.Load(tensor.Name);
            ExpectedTensor.Check(tensor.Value, loaded);
        }
    }
}
