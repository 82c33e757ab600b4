using System.Formats.Tar;
using Magma.Data;
using Magma.Testing;

namespace Magma.Datasets.Tests.Samples;

public sealed class WebDatasetTests
{
    [Fact]
    public void Large_names_and_files_written_by_others_are_read()
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
