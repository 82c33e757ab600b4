using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Llava;
using Magma.Datasets.Parquet;
using Magma.Datasets.Samples;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Datasets.Tests.Samples;

public sealed class ConversionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Samples_survive_json_and_parquet(int mostImages)
    {
        using var folder = new TemporaryFolder();
        Sample[] samples = [.. Enumerable.Range(0, 23).Select(i => SampleOf(i, i % (mostImages + 1)))];
        Assert.Equal(samples.Length, LlavaFolder.Write(folder["llava"], samples));
        SampleSource json = SampleSource.Open(folder["llava"]);
        Assert.Equal(mostImages, json.CountMostImages());
        Assert.Equal(samples.Length, ParquetSamples.Write(folder["parquet"], json.Read(), json.CountMostImages()));
        SampleSource parquet = SampleSource.Open(folder["parquet"]);
        LlavaFolder.Write(folder["again"], parquet.Read());
        Sample[] back = [.. SampleSource.Open(folder["again"]).Read()];
        Assert.Equal(samples.Length, back.Length);
        for (int i = 0; i < samples.Length; i++) SampleAssert.Same(samples[i], back[i]);
        Assert.Equal(File.ReadAllBytes(folder["llava", "data.json"]), File.ReadAllBytes(folder["again", "data.json"]));
    }

    [Fact]
    public void Shards_survive_parquet_and_json_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        Sample[] samples = [.. Enumerable.Range(0, 30).Select(i => SampleOf(i, i % 3))];
        ShardSamples.Write(folder["shards"], samples, "test 1", []);
        ParquetSamples.Write(folder["parquet"], SampleSource.Open(folder["shards"]).Read(), SampleSource.Open(folder["shards"]).CountMostImages());
        LlavaFolder.Write(folder["llava"], SampleSource.Open(folder["parquet"]).Read());
        ShardSamples.Write(folder["again"], SampleSource.Open(folder["llava"]).Read(), "test 1", []);
        string shard = Path.Combine("shards", "shard-000000.tar");
        Assert.Equal(File.ReadAllBytes(folder["shards", shard]), File.ReadAllBytes(folder["again", shard]));
        Assert.Equal(File.ReadAllBytes(folder["shards", "manifest.json"]), File.ReadAllBytes(folder["again", "manifest.json"]));
        Assert.Equal(ShardManifest.Read(folder["again"]).Counts["samples"], samples.Length);
    }

    [Fact]
    public void A_shard_that_is_cut_off_gives_what_is_whole_and_the_other_shards()
    {
        using var folder = new TemporaryFolder();
        ShardSamples.Write(folder["a"], [.. Enumerable.Range(0, 4).Select(i => SampleOf(i, 1))], "test 1", []);
        ShardSamples.Write(folder["b"], [.. Enumerable.Range(4, 2).Select(i => SampleOf(i, 1))], "test 1", []);
        string first = folder["a", "shards", "shard-000000.tar"];
        File.Copy(folder["b", "shards", "shard-000000.tar"], folder["a", "shards", "shard-000001.tar"]);
        using (FileStream file = File.OpenWrite(first)) file.SetLength(file.Length / 2 + 100);
        var problems = new List<string>();
        string[] keys = [.. SampleSource.Open(folder["a"]).Read(problems.Add).Select(sample => sample.Key)];
        Assert.Equal(["s-0", "s-4", "s-5"], keys.Where(key => key is "s-0" or "s-4" or "s-5"));
        Assert.DoesNotContain("s-3", keys);
        Assert.Contains(problems, problem => problem.Contains(first, StringComparison.Ordinal));
        Assert.Throws<InvalidDataException>(() => SampleSource.Open(folder["a"]).Read().Count());
    }

    [Fact]
    public void Parquet_has_the_columns_and_the_metadata_of_the_released_files()
    {
        using var folder = new TemporaryFolder();
        ParquetSamples.Write(folder.Path, [SampleOf(0, 1)], 1);
        using ParquetReader ours = ParquetReader.Open(folder["train-00000.parquet"]);
        using ParquetReader theirs = ParquetReader.Open(Repository.Golden("som-datasets", "aitw", "aitw_som.parquet"));
        Assert.Equal(theirs.Columns.Select(c => $"{c.Name} {c.Type}"), ours.Columns.Take(3).Select(c => $"{c.Name} {c.Type}"));
        JsonObject Features(ParquetReader reader) => JsonNode.Parse(reader.Metadata["huggingface"])!["info"]!["features"]!.AsObject();
        JsonObject features = Features(ours);
        features.Remove("metadata");
        Assert.True(JsonNode.DeepEquals(Features(theirs), features), features.ToJsonString());
    }

    [Fact]
    public void Ids_that_are_no_keys_or_come_twice_get_keys_and_come_back_as_they_were()
    {
        using var folder = new TemporaryFolder();
        string[] ids = ["a/b.c", "a_b_c", "a/b.c", "", new('x', 200), "good-1", "good-1"];
        IEnumerable<string> entries = ids.Select(id => $$"""{"id": "{{id}}", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}""");
        File.WriteAllText(folder["in.jsonl"], string.Join('\n', entries));
        Sample[] samples = [.. SampleSource.Open(folder["in.jsonl"]).Read()];
        Assert.Equal(ids.Length, samples.Select(sample => sample.Key).Distinct().Count());
        Assert.All(samples, sample => Assert.Matches("^[A-Za-z0-9_-]{1,80}$", sample.Key));
        LlavaFolder.Write(folder["out"], samples);
        Assert.Equal(ids, LlavaFile.Read(folder["out", "data.json"]).Select(item => item.Id!));
    }

    [Fact]
    public void A_missing_picture_is_reported_and_the_rest_is_converted()
    {
        using var folder = new TemporaryFolder();
        LlavaFolder.Write(folder.Path, [SampleOf(1, 1), SampleOf(2, 1), SampleOf(3, 1)]);
        File.Delete(folder["images", "s-2.png"]);
        File.WriteAllText(folder["images", "s-3.png"], "no picture");
        var problems = new List<string>();
        Assert.Equal("s-1", Assert.Single(SampleSource.Open(folder.Path).Read(problems.Add)).Key);
        Assert.Equal(2, problems.Count);
    }

    internal static Sample SampleOf(int i, int images)
    {
        SampleImage[] pictures = [.. Enumerable.Range(0, images).Select(n =>
        {
            using var image = new Image(new PixelSize(8 + i, 6 + n));
            image.Pixels.Fill((byte)(i * 10 + n));
            return new SampleImage(image.Encode(ImageFormat.Png), "png");
        })];
        string placeholders = string.Concat(Enumerable.Repeat("<image>\n", images));
        var conversation = new Conversation([new Turn(placeholders + $"What is it, \"{i}\"?", $"é 漢 \U0001f642 {i}\n"), new Turn("And now?", "")]);
        return new Sample($"s-{i}", pictures, conversation, i % 2 == 0 ? [] : new JsonObject { ["note"] = $"file {i}", ["numbers"] = new JsonArray(1.5, null) });
    }
}
