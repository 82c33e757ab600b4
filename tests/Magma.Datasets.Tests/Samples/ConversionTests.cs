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
        return new Sample($"s-{i}", pictures, conversation, i % 2 == 0 ? [] : new JsonObject { ["source"] = $"file {i}", ["marks"] = new JsonArray(1.5, null) });
    }
}
