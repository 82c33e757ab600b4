using System.Globalization;
using System.Text.Json;
using Magma.Datasets.Rlds;
using Magma.Testing;

namespace Magma.Datasets.Tests.Rlds;

public sealed class TfRecordReaderTests
{
    private static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("rlds", "expected.json"))).RootElement;

    [Theory]
    [InlineData("plain.tfrecord")]
    [InlineData("plain.tfrecord.gz")]
    [InlineData("plain.tfrecord.zlib")]
    public void Examples_read_to_the_expected_values_with_and_without_compression(string file)
    {
        List<TfRecord> records = [.. TfRecordReader.Read(Repository.Golden("rlds", file))];
        JsonElement expected = Expected.GetProperty("plain");
        Assert.Equal(expected.GetArrayLength(), records.Count);
        for (int i = 0; i < records.Count; i++)
        {
            IReadOnlyDictionary<string, TfFeature> example = TfExample.Parse(records[i].Data);
            Assert.Equal(expected[i].EnumerateObject().Select(f => f.Name).Order(), example.Keys.Order());
            foreach (JsonProperty feature in expected[i].EnumerateObject()) AssertFeature(feature.Value, example[feature.Name]);
        }
    }

    [Fact]
    public void Record_offsets_and_lengths_are_those_of_the_file()
    {
        foreach (JsonProperty file in Expected.GetProperty("framing").EnumerateObject())
        {
            IEnumerable<(long, long)> expected = file.Value.EnumerateArray().Select(r => (r.GetProperty("offset").GetInt64(), r.GetProperty("length").GetInt64()));
            Assert.Equal(expected, TfRecordReader.Read(Repository.Golden(["rlds", .. file.Name.Split('/')])).Select(r => (r.Offset, (long)r.Data.Length)));
        }
    }

    [Fact]
    public void A_sequence_example_reads_to_the_expected_values()
    {
        TfRecord record = Assert.Single(TfRecordReader.Read(Repository.Golden("rlds", "sequence.tfrecord")));
        (IReadOnlyDictionary<string, TfFeature> context, IReadOnlyDictionary<string, IReadOnlyList<TfFeature>> lists) = TfExample.ParseSequence(record.Data);
        JsonElement expected = Expected.GetProperty("sequence");
        Assert.Equal(expected.GetProperty("context").GetProperty("id").EnumerateArray().Select(v => v.GetInt64()), context["id"].Integers!);
        Assert.Equal(
            expected.GetProperty("frames").EnumerateArray().Select(frame => frame.EnumerateArray().Select(v => v.GetSingle()).ToArray()),
            lists["frames"].Select(frame => frame.Floats!));
    }

    [Fact]
    public void An_empty_file_has_no_records() => Assert.Empty(TfRecordReader.Read(Repository.Golden("rlds", "empty.tfrecord")));

    [Theory]
    [InlineData("truncated-in-data", 3, "only")]
    [InlineData("truncated-in-length", 3, "ends after 5 of the 12 bytes")]
    [InlineData("truncated-in-footer", 3, "only")]
    [InlineData("data-crc-wrong", 1, "checksum of the record's")]
    [InlineData("length-crc-wrong", 1, "checksum of the record's length")]
    [InlineData("length-huge", 3, "checksum of the record's length")]
    [InlineData("length-huge-crc-right", 3, "4611686018427387904 bytes is announced")]
    public void A_damaged_file_gives_what_came_before_and_then_the_place(string file, int good, string reason)
    {
        string path = Repository.Golden("rlds", "corrupt", file + ".tfrecord");
        var read = new List<TfRecord>();
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => read.AddRange(TfRecordReader.Read(path).Select(r => r)));
        var kept = new List<TfRecord>();
        Assert.Throws<InvalidDataException>(() =>
        {
            foreach (TfRecord record in TfRecordReader.Read(path)) kept.Add(record);
        });
        Assert.Equal(good, kept.Count);
        long end = good == 0 ? 0 : kept[^1].Offset + kept[^1].Data.Length + 16;
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{path}, byte {end}: "), problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-an-example.tfrecord")]
    [InlineData("length-beyond-message.tfrecord")]
    public void A_record_that_is_no_example_is_refused(string file)
    {
        TfRecord record = Assert.Single(TfRecordReader.Read(Repository.Golden("rlds", "corrupt", file)));
        Assert.Throws<InvalidDataException>(() => TfExample.Parse(record.Data));
    }

    [Fact]
    public void Random_bytes_are_an_example_or_refused()
    {
        var random = new Random(7);
        for (int round = 0; round < 5_000; round++)
        {
            byte[] bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            if (bytes.Length > 2) bytes[0] = 0x0a;
            try
            {
                TfExample.Parse(bytes);
                TfExample.ParseSequence(bytes);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private static void AssertFeature(JsonElement expected, TfFeature actual)
    {
        IEnumerable<JsonElement> values = expected.GetProperty("values").EnumerateArray();
        switch (expected.GetProperty("kind").GetString())
        {
            case "bytes_list": Assert.Equal(values.Select(v => v.GetString()!), actual.Bytes!.Select(b => Convert.ToHexStringLower(b.Span))); break;
            case "int64_list": Assert.Equal(values.Select(v => v.GetInt64()), actual.Integers!); break;
            case "float_list":
                Assert.Equal(values.Select(v => v.ValueKind == JsonValueKind.String ? float.PositiveInfinity : v.GetSingle()), actual.Floats!);
                break;
            default: Assert.Equal((null, null, null), (actual.Bytes, actual.Floats, actual.Integers)); break;
        }
    }
}
