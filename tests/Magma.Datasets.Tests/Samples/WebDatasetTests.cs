using System.Formats.Tar;
using System.Text.Json;
using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Datasets.Tests.Samples;

public sealed class WebDatasetTests
{
    private static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("webdataset", "expected.json"))).RootElement;

    [Fact]
    public void Foreign_shards_give_the_keys_files_and_contents_that_their_package_gives()
    {
        ShardFiles[] samples = [.. Expected.GetProperty("shards").EnumerateArray().SelectMany(s => ShardReader.ReadFiles(Repository.Golden("webdataset", s.GetString()!)))];
        JsonElement expected = Expected.GetProperty("samples");
        Assert.Equal(expected.GetArrayLength(), samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            Assert.Equal(expected[i].GetProperty("key").GetString(), samples[i].Key);
            Assert.Equal(expected[i].GetProperty("files").EnumerateArray().Select(f => f.GetString()), samples[i].Files.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(expected[i].GetProperty("txt").GetString(), System.Text.Encoding.UTF8.GetString(samples[i].Files["txt"].Span));
            using Image image = Image.Decode(samples[i].Files["png"].Span);
            IEnumerable<JsonElement> pixels = expected[i].GetProperty("png").EnumerateArray().SelectMany(row => row.EnumerateArray());
            Assert.Equal(pixels.SelectMany(pixel => pixel.EnumerateArray()).Select(v => v.GetByte()), image.Pixels.ToArray());
        }
    }

    [Fact]
    public void A_compressed_shard_is_read()
    {
        ShardFiles sample = Assert.Single(ShardReader.ReadFiles(Repository.Golden("webdataset", "compressed.tar.gz")));
        Assert.Equal("zipped", System.Text.Encoding.UTF8.GetString(sample.Files["txt"].Span));
    }

    [Theory]
    [InlineData("duplicate-extension.tar", "two files 'txt'")]
    [InlineData("escaping-names.tar", "'../../escape.txt' leads out")]
    [InlineData("header-checksum-wrong.tar", "checksum of the header at byte 0")]
    [InlineData("truncated-in-data.tar", "not a whole tar")]
    public void A_corrupt_shard_is_refused_with_its_name_and_the_reason(string file, string reason)
    {
        string path = Repository.Golden("webdataset", "corrupt", file);
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => ShardReader.ReadFiles(path).Count());
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("links.tar")]
    [InlineData("long-names.tar")]
    [InlineData("no-end-blocks.tar")]
    [InlineData("split-sample.tar")]
    public void An_odd_shard_is_read_as_its_package_reads_it(string file)
    {
        JsonElement expected = Expected.GetProperty("corrupt").GetProperty(file).GetProperty("package_reads");
        ShardFiles[] samples = [.. ShardReader.ReadFiles(Repository.Golden("webdataset", "corrupt", file))];
        Assert.Equal(expected.EnumerateArray().Select(s => s[0].GetString()), samples.Select(s => s.Key));
        for (int i = 0; i < samples.Length; i++)
            Assert.Equal(expected[i][1].EnumerateArray().Select(f => f.GetString()), samples[i].Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Large_names_and_files_written_by_others_pass_the_header_check()
    {
        using var folder = new TemporaryFolder();
        foreach (TarEntryFormat format in new[] { TarEntryFormat.Gnu, TarEntryFormat.Pax, TarEntryFormat.Ustar, TarEntryFormat.V7 })
        {
            string path = folder[$"{format}.tar"];
            using (FileStream file = File.Create(path))
            using (var writer = new TarWriter(file, format))
            {
                for (int i = 0; i < 5; i++)
                {
                    string name = format is TarEntryFormat.Gnu or TarEntryFormat.Pax ? new string('n', 150) + i : $"n{i}";
                    TarEntry entry = format switch
                    {
                        TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name + ".txt"),
                        TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name + ".txt"),
                        TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name + ".txt"),
                        _ => new UstarTarEntry(TarEntryType.RegularFile, name + ".txt"),
                    };
                    entry.DataStream = new MemoryStream(new byte[i * 700]);
                    writer.WriteEntry(entry);
                }
            }

            Assert.Equal([0, 700, 1400, 2100, 2800], ShardReader.ReadFiles(path).Select(sample => sample.Files["txt"].Length));
        }
    }

    [Fact]
    public void Damage_anywhere_in_a_shard_is_refused_or_read_but_never_anything_else()
    {
        byte[] whole = File.ReadAllBytes(Repository.Golden("webdataset", "shard-000000.tar"));
        using var folder = new TemporaryFolder();
        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            // Most damage goes where the headers are.
            for (int i = 0; i < 3; i++) damaged[random.Next(damaged.Length / 512) * 512 + random.Next(round % 2 == 0 ? 512 : 160)] = (byte)random.Next(256);
            File.WriteAllBytes(folder["x.tar"], damaged[..(round % 3 == 0 ? random.Next(damaged.Length) : damaged.Length)]);
            try
            {
                foreach (ShardFiles sample in ShardReader.ReadFiles(folder["x.tar"])) Assert.NotNull(sample.Key);
            }
            catch (InvalidDataException problem)
            {
                Assert.Contains("x.tar", problem.Message, StringComparison.Ordinal);
            }
        }
    }
}
