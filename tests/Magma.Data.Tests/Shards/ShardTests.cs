using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Testing;

namespace Magma.Data.Tests.Shards;

public class ShardTests
{
    [Fact]
    public void Shards_of_the_webdataset_package_are_read_as_it_reads_them()
    {
        JsonElement expected = Expected();

        ShardFiles[] samples = [.. expected.GetProperty("shards").EnumerateArray()
            .SelectMany(shard => ShardReader.ReadFiles(Repository.Golden("webdataset", shard.GetString()!)))];

        JsonElement[] wanted = [.. expected.GetProperty("samples").EnumerateArray()];
        Assert.Equal(wanted.Select(sample => sample.GetProperty("key").GetString()), samples.Select(sample => sample.Key));
        foreach ((JsonElement want, ShardFiles sample) in wanted.Zip(samples))
        {
            Assert.Equal(
                want.GetProperty("files").EnumerateArray().Select(name => name.GetString()), sample.Files.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(want.GetProperty("txt").GetString(), Encoding.UTF8.GetString(sample.Files["txt"].Span));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(want.GetProperty("json").GetRawText()), JsonNode.Parse(sample.Files["json"].Span)));
        }
    }

    [Fact]
    public void A_compressed_shard_is_told_by_its_bytes()
    {
        ShardFiles sample = Assert.Single(ShardReader.ReadFiles(Repository.Golden("webdataset", "compressed.tar.gz")));

        Assert.Equal("zipped", Encoding.UTF8.GetString(sample.Files["txt"].Span));
    }

    [Theory]
    [InlineData("duplicate-extension.tar")]
    [InlineData("escaping-names.tar")]
    [InlineData("header-checksum-wrong.tar")]
    [InlineData("truncated-in-data.tar")]
    public void Broken_shards_are_refused_with_their_name(string name)
    {
        var problem = Assert.Throws<InvalidDataException>(() => ShardReader.ReadFiles(Repository.Golden("webdataset", "corrupt", name)).Count());

        Assert.Contains(name, problem.Message);
    }

    [Theory]
    [InlineData("links.tar")]
    [InlineData("long-names.tar")]
    [InlineData("no-end-blocks.tar")]
    [InlineData("split-sample.tar")]
    public void Unusual_shards_are_read_as_the_package_reads_them(string name)
    {
        JsonElement wanted = Expected().GetProperty("corrupt").GetProperty(name).GetProperty("package_reads");

        ShardFiles[] samples = [.. ShardReader.ReadFiles(Repository.Golden("webdataset", "corrupt", name))];

        Assert.Equal(
            wanted.EnumerateArray().Select(sample => $"{sample[0]} {string.Join(' ', sample[1].EnumerateArray())}"),
            samples.Select(sample => $"{sample.Key} {string.Join(' ', sample.Files.Keys.Order(StringComparer.Ordinal))}"));
    }

    [Fact]
    public void Reading_gives_back_what_was_written()
    {
        using var folder = new TemporaryFolder();
        Sample[] samples = [Make("a", 1), Make("b-0001", 3), Make("c_0", 0)];

        Write(folder["shard.tar"], samples);

        Assert.Equal(samples.Select(Describe), ShardReader.Read(folder["shard.tar"]).Select(Describe));
    }

    [Fact]
    public void The_same_samples_give_the_same_bytes_and_the_summary_is_theirs()
    {
        using var folder = new TemporaryFolder();
        Sample[] samples = [Make("a", 1), Make("b", 2)];

        ShardSummary one = Write(folder["one.tar"], samples), other = Write(folder["other.tar"], samples);

        byte[] bytes = File.ReadAllBytes(folder["one.tar"]);
        Assert.Equal(bytes, File.ReadAllBytes(folder["other.tar"]));
        Assert.Equal(one with { Name = other.Name }, other);
        Assert.Equal((2, bytes.LongLength), (one.Samples, one.Bytes));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), one.Sha256);
    }

    [Fact]
    public void Files_of_a_sample_stand_together_sorted_by_extension()
    {
        using var folder = new TemporaryFolder();
        Write(folder["shard.tar"], Make("a", 2), Make("b", 1));

        using var tar = new System.Formats.Tar.TarReader(File.OpenRead(folder["shard.tar"]));
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
            Assert.Equal((0, 0, DateTimeOffset.UnixEpoch), (entry.Uid, entry.Gid, entry.ModificationTime));
        }

        Assert.Equal(["a.1.png", "a.json", "a.png", "b.json", "b.png"], names);
    }

    [Fact]
    public void A_shard_appears_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        using (ShardWriter writer = ShardWriter.Create(folder["shard.tar"]))
        {
            writer.Write(Make("a", 1));
            Assert.False(File.Exists(folder["shard.tar"]));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("../a")]
    [InlineData("/a")]
    [InlineData("")]
    [InlineData("ä")]
    public void Keys_that_would_not_come_back_are_refused(string key)
    {
        using var folder = new TemporaryFolder();
        using ShardWriter writer = ShardWriter.Create(folder["shard.tar"]);

        Assert.Throws<ArgumentException>(() => writer.Write(Make(key, 1)));
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"images": [], "conversations": [{"from": "gpt", "value": "x"}, {"from": "human", "value": "y"}]}""")]
    [InlineData("""{"images": [], "conversations": [{"from": "human", "value": "x"}]}""")]
    [InlineData("""{"images": ["a.png"], "conversations": []}""")]
    [InlineData("""{"conversations": []}""")]
    [InlineData("""{"images": [3], "conversations": []}""")]
    public void Samples_that_are_not_well_formed_are_refused(string json)
    {
        using var folder = new TemporaryFolder();
        using (ShardWriter writer = ShardWriter.Create(folder["shard.tar"]))
        {
            writer.Write("a", new Dictionary<string, ReadOnlyMemory<byte>> { ["json"] = Encoding.UTF8.GetBytes(json) });
            writer.Commit();
        }

        Assert.Throws<InvalidDataException>(() => ShardReader.Read(folder["shard.tar"]).Count());
    }

    [Fact]
    public void A_manifest_reads_back_and_a_folder_without_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        var manifest = new ShardManifest(
            ShardManifest.CurrentFormat, "magma test", "images", new JsonObject { ["seed"] = 3 }, "00",
            new Dictionary<string, long> { ["samples"] = 2, ["failed"] = 0 }, [new ShardSummary("shard-000000.tar", 2, 10, "ff")]);
        Assert.Throws<InvalidDataException>(() => ShardManifest.Read(folder.Path));

        manifest.Write(folder.Path);

        ShardManifest read = ShardManifest.Read(folder.Path);
        Assert.Equal(manifest.Shards, read.Shards);
        Assert.Equal(manifest.Counts.ToDictionary(), read.Counts.ToDictionary());
        Assert.Equal(3, read.Settings["seed"]!.GetValue<int>());
    }

    private static ShardSummary Write(string path, params Sample[] samples)
    {
        using ShardWriter writer = ShardWriter.Create(path);
        foreach (Sample sample in samples) writer.Write(sample);
        return writer.Commit();
    }

    private static Sample Make(string key, int images) => new(
        key, [.. Enumerable.Range(0, images).Select(index => new SampleImage(new byte[] { 1, 2, (byte)index }, "png"))],
        Conversation.Of(string.Concat(Enumerable.Repeat("<image>\n", images)) + "Wo ist „Öffnen“?", "Coordinate: (0.10, 0.20). Mark: 3."),
        new JsonObject { ["tasks"] = new JsonArray("text_to_point"), ["note"] = "漢" });

    private static string Describe(Sample sample) =>
        $"{Encoding.UTF8.GetString(SampleJson.Write(sample))} {string.Join(' ', sample.Images.Select(image => Convert.ToHexString(image.Bytes.Span)))}";

    private static JsonElement Expected()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("webdataset", "expected.json")));
        return document.RootElement.Clone();
    }
}
