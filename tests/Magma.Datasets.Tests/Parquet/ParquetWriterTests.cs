using System.Diagnostics;
using Magma.Datasets.Parquet;
using Magma.Testing;

namespace Magma.Datasets.Tests.Parquet;

public sealed class ParquetWriterTests
{
    private static readonly ParquetField[] Columns =
    [
        new("id", ParquetType.Text),
        new("image", ParquetType.Image),
        new("odd/name \"with\" 'quotes'", ParquetType.LargeText),
        new("flag", ParquetType.Boolean),
        new("small", ParquetType.Int32),
        new("count", ParquetType.Int64),
        new("state", ParquetType.List(ParquetType.Float, 3)),
        new("reward", ParquetType.Double),
        new("turns", ParquetType.List(ParquetType.Struct(new ParquetField("from", ParquetType.Text), new ParquetField("value", ParquetType.Text)))),
        new("deep", ParquetType.List(ParquetType.List(ParquetType.List(ParquetType.Double)))),
    ];

    [Fact]
    public void What_was_written_reads_back_equal_with_types_and_metadata()
    {
        using var folder = new TemporaryFolder();
        string path = folder["it's [a] file*.parquet"];
        object?[][] rows = [.. Enumerable.Range(0, 5_000).Select(Row)];
        var settings = new ParquetWriteSettings { Metadata = [new("huggingface", "{\"it's\": \"é\"}")] };
        Assert.Equal(rows.Length, ParquetWriter.Write(path, Columns, rows, settings));
        Assert.Equal([path], Directory.GetFiles(folder.Path));

        using ParquetReader reader = ParquetReader.Open(path);
        Assert.Equal(rows.Length, reader.RowCount);
        Assert.Equal(5, reader.RowGroupCount);
        Assert.Equal(Columns.Select(c => $"{c.Name} {c.Type} {c.Type.IsLarge}"), reader.Columns.Select(c => $"{c.Name} {c.Type} {c.Type.IsLarge}"));
        Assert.Equal("{\"it's\": \"é\"}", reader.Metadata["huggingface"]);
        int row = 0;
        foreach (ParquetChunk chunk in reader.Read())
        {
            for (int i = 0; i < chunk.RowCount; i++, row++)
            {
                for (int c = 0; c < Columns.Length; c++) AssertEqual(rows[row][c], chunk[c].Value(i));
            }
        }
    }

    [Fact]
    public void Row_groups_end_where_they_are_told_to()
    {
        using var folder = new TemporaryFolder();
        string path = folder["groups.parquet"];
        int[] lengths = [3, 1, 700, 5];
        IEnumerable<object?[]> rows = lengths.SelectMany((length, episode) => Enumerable.Repeat(new object?[] { (long)episode }, length));
        long previous = -1;
        bool Begins(IReadOnlyList<object?> row)
        {
            bool begins = previous >= 0 && (long)row[0]! != previous;
            previous = (long)row[0]!;
            return begins;
        }

        ParquetWriter.Write(path, [new("episode", ParquetType.Int64)], rows, new ParquetWriteSettings { BeginsGroup = Begins });
        using ParquetReader reader = ParquetReader.Open(path);
        Assert.Equal(4, reader.RowGroupCount);
        Assert.Equal(lengths, reader.Read().Select(chunk => chunk.RowCount));
    }

    [Fact]
    public void A_row_source_that_fails_leaves_no_file_and_its_own_exception()
    {
        using var folder = new TemporaryFolder();
        static IEnumerable<object?[]> Rows()
        {
            yield return ["a"];
            throw new InvalidDataException("the source broke");
        }

        var problem = Assert.Throws<InvalidDataException>(() => ParquetWriter.Write(folder["x.parquet"], [new("id", ParquetType.Text)], Rows()));
        Assert.Equal("the source broke", problem.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_value_that_does_not_fit_is_named_with_its_column()
    {
        using var folder = new TemporaryFolder();
        object?[][] rows = [[1.5]];
        var problem = Assert.Throws<ArgumentException>(() => ParquetWriter.Write(folder["x.parquet"], [new("id", ParquetType.Text)], rows));
        Assert.Contains("'id' holds Text", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_stops_the_writer()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        IEnumerable<object?[]> Endless()
        {
            for (long i = 0; ; i++)
            {
                if (i == 5_000) stop.Cancel();
                yield return [i];
            }
        }

        Assert.ThrowsAny<OperationCanceledException>(
            () => ParquetWriter.Write(folder["x.parquet"], [new("i", ParquetType.Int64)], Endless(), stop: stop.Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Memory_stays_flat_over_two_gigabytes_of_pictures()
    {
        using var folder = new TemporaryFolder();
        string path = folder["large.parquet"];
        var noise = new Random(1);
        byte[] picture = new byte[200_000];
        IEnumerable<object?[]> Rows()
        {
            for (int i = 0; i < 10_000; i++)
            {
                noise.NextBytes(picture.AsSpan(0, 1_000));
                yield return [new object?[] { picture.ToArray(), $"{i}.png" }];
            }
        }

        long before = PeakMegabytes();
        ParquetWriter.Write(path, [new("image", ParquetType.Image)], Rows());
        using ParquetReader reader = ParquetReader.Open(path);
        long bytes = 0;
        foreach (ParquetChunk chunk in reader.Read())
        {
            for (int i = 0; i < chunk.RowCount; i++) bytes += chunk["image"].Field("bytes").Bytes(i).Length;
        }

        Assert.Equal(10_000L * picture.Length, bytes);
        long grown = PeakMegabytes() - before;
        Assert.True(grown < 500, $"The peak grew by {grown} MB.");
    }

    private static long PeakMegabytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }

    private static object?[] Row(int i) =>
    [
        i % 7 == 0 ? null : $"r{i} é 漢 \U0001f642",
        i % 5 == 0 ? null : new object?[] { Enumerable.Range(0, i % 40).Select(b => (byte)b).ToArray(), i % 3 == 0 ? null : $"pic-{i}.png" },
        "x" + i,
        i % 4 == 0 ? null : i % 2 == 0,
        i,
        (long)i << 33,
        new[] { i, 0.5f, float.NaN },
        i / 3.0,
        i % 6 == 0 ? null : Enumerable.Range(0, i % 4).Select(t => (object?)new object?[] { "human", $"turn {t}" }).ToArray(),
        new object?[] { new object?[] { new double[] { i } }, i % 2 == 0 ? null : new object?[] { new double[] { 1, 2 }, Array.Empty<double>() } },
    ];

    private static void AssertEqual(object? expected, object? actual)
    {
        if (actual is IReadOnlyDictionary<string, object?> parts) actual = parts.Values.ToArray();
        switch (expected, actual)
        {
            case (int number, long other): Assert.Equal(number, other); break;
            case (byte[] bytes, byte[] others): Assert.Equal(bytes, others); break;
            case (Array list, object?[] others):
                Assert.Equal(list.Length, others.Length);
                for (int i = 0; i < others.Length; i++) AssertEqual(list.GetValue(i), others[i]);
                break;
            default: Assert.Equal(expected, actual); break;
        }
    }
}
