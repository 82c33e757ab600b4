using System.Globalization;
using System.Text.Json;
using Magma.Datasets.Parquet;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Datasets.Tests.Parquet;

public sealed class ParquetReaderTests
{
    private static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("parquet", "expected.json"))).RootElement;

    public static TheoryData<string> SameContent => [.. Expected.GetProperty("same_content").EnumerateArray().Select(name => name.GetString()!)];

    [Theory]
    [MemberData(nameof(SameContent))]
    public void Every_codec_and_page_kind_reads_to_the_expected_values(string file)
    {
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", file));
        JsonElement columns = Expected.GetProperty("columns");
        Assert.Equal(columns.EnumerateObject().Select(column => column.Name), reader.Columns.Select(column => column.Name));
        foreach (ParquetField column in reader.Columns) AssertColumn(reader, column, columns.GetProperty(column.Name));
    }

    [Theory]
    [InlineData("other-encodings.parquet")]
    [InlineData("int96.parquet")]
    public void Rarer_encodings_read_to_the_expected_values(string file)
    {
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", file));
        foreach (JsonElement name in Expected.GetProperty(file).EnumerateArray())
        {
            ParquetField column = reader.Columns.Single(c => c.Name == name.GetString());
            AssertColumn(reader, column, Expected.GetProperty("columns").GetProperty(column.Name));
        }
    }

    [Fact]
    public void A_file_without_rows_has_its_columns()
    {
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", "no-rows.parquet"));
        Assert.Equal(30, reader.Columns.Count);
        Assert.Equal(0, reader.RowCount);
        Assert.Empty(reader.Read());
    }

    [Fact]
    public void What_only_the_arrow_schema_knows_is_read()
    {
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", "snappy-v1.parquet"));
        ParquetType Type(string name) => reader.Columns.Single(column => column.Name == name).Type;
        Assert.Equal(3, Type("fixed_list").FixedLength);
        Assert.Null(Type("list_f32").FixedLength);
        Assert.Equal("+02:00", Type("ts_ns").TimeZone);
        Assert.Null(Type("ts_us").TimeZone);
        Assert.Equal((ParquetKind.Duration, ParquetTimeUnit.Millisecond), (Type("duration").Kind, Type("duration").Unit));
        Assert.True(Type("large_text").IsLarge);
        Assert.False(Type("text").IsLarge);
    }

    [Fact]
    public void Hugging_face_image_columns_give_the_encoded_pictures_and_the_label_names()
    {
        JsonElement expected = Expected.GetProperty("hf-images.parquet");
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", "hf-images.parquet"));
        Assert.Contains("\"ClassLabel\"", reader.Metadata["huggingface"], StringComparison.Ordinal);
        JsonElement rows = expected.GetProperty("pixels");
        foreach (ParquetChunk chunk in reader.Read())
        {
            ParquetVector values = chunk["conversations"].Elements.Field("value");
            Assert.Equal(4, chunk.RowCount);
            for (int i = 0; i < chunk.RowCount; i++)
            {
                using Image picture = Image.Decode(chunk["image"].Field("bytes").Bytes(i));
                IEnumerable<JsonElement> pixels = rows[i].EnumerateArray().SelectMany(row => row.EnumerateArray());
                Assert.Equal(pixels.SelectMany(pixel => pixel.EnumerateArray()).Select(value => value.GetByte()), picture.Pixels.ToArray());
                Assert.Equal(expected.GetProperty("images_per_row")[i].GetInt32(), chunk["images"].Range(i).Count);
                string? answer = expected.GetProperty("conversations")[i][1].GetProperty("value").GetString();
                Assert.Equal(answer, values.Text(chunk["conversations"].Range(i).Start + 1));
            }
        }
    }

    [Theory]
    [InlineData("truncated.parquet", "PAR1")]
    [InlineData("footer-length-wrong.parquet", "2147483647")]
    [InlineData("encrypted-magic.parquet", "encrypted")]
    [InlineData("zeros.parquet", "footer")]
    public void A_corrupt_file_is_refused_by_name(string file, string reason)
    {
        string path = Repository.Golden("parquet", "corrupt", file);
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => ParquetReader.Open(path));
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_page_that_carries_a_checksum_is_refused_with_its_place()
    {
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", "corrupt", "page-changed.parquet"));
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => reader.Read().Count());
        Assert.Contains("page of 'sorted_i64' at byte", problem.Message, StringComparison.Ordinal);
        Assert.NotEmpty(reader.Read(["i32"]));
    }

    [Fact]
    public void Damage_anywhere_in_a_file_is_refused_or_read_but_never_crashes()
    {
        byte[] whole = File.ReadAllBytes(Repository.Golden("parquet", "uncompressed-small-pages.parquet"));
        using var folder = new TemporaryFolder();
        var random = new Random(20261122);
        for (int round = 0; round < 80; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int i = 0; i < 4; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            string path = folder["damaged.parquet"];
            File.WriteAllBytes(path, damaged);
            try
            {
                using ParquetReader reader = ParquetReader.Open(path);
                string[] readable = [.. reader.Columns.Where(c => c.Type.Kind != ParquetKind.Unsupported).Select(c => c.Name)];
                foreach (ParquetChunk chunk in reader.Read(readable))
                {
                    for (int row = 0; row < chunk.RowCount; row++) chunk[0].Value(row);
                }
            }
            catch (InvalidDataException problem)
            {
                Assert.Contains(path, problem.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_missing_column_is_named_with_those_that_are_there()
    {
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", "hf-images.parquet"));
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => reader.Read(["picture"]).ToList());
        Assert.Contains("'picture'; it has id, image", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_may_not_be_used_after_the_next_one()
    {
        using ParquetReader reader = ParquetReader.Open(Repository.Golden("parquet", "uncompressed-small-pages.parquet"));
        ParquetVector? first = null;
        foreach (ParquetChunk chunk in reader.Read(["i64"])) first ??= chunk[0];
        Assert.Throws<ObjectDisposedException>(() => first!.Integer(0));
    }

    private static void AssertColumn(ParquetReader reader, ParquetField column, JsonElement expected)
    {
        JsonElement values = column.Type.Kind == ParquetKind.Timestamp ? expected.GetProperty("since_1970") : expected;
        int row = 0;
        foreach (ParquetChunk chunk in reader.Read([column.Name]))
        {
            for (int i = 0; i < chunk.RowCount; i++, row++)
            {
                object? value = chunk[0].Value(i);
                if (column.Type.Kind == ParquetKind.Timestamp && value is long ticks)
                    value = InUnit(ticks, column.Type.Unit, expected.GetProperty("unit").GetString()!);
                AssertSame(values[row], value, $"{column.Name}[{row}]");
            }
        }

        Assert.Equal(values.GetArrayLength(), row);
    }

    private static long InUnit(long ticks, ParquetTimeUnit unit, string wanted)
    {
        int from = 3 * (int)unit, to = wanted switch { "s" => 0, "ms" => 3, "us" => 6, _ => 9 };
        return to >= from ? ticks * (long)Math.Pow(10, to - from) : (long)Math.Floor(ticks / Math.Pow(10, from - to));
    }

    private static void AssertSame(JsonElement expected, object? actual, string where)
    {
        switch (actual)
        {
            case null: Assert.True(expected.ValueKind == JsonValueKind.Null, where); break;
            case byte[] bytes: Assert.Equal(expected.GetProperty("base64").GetBytesFromBase64(), bytes); break;
            case bool flag: Assert.Equal(expected.GetBoolean(), flag); break;
            case float or double when expected.ValueKind == JsonValueKind.String:
                Assert.Equal(double.Parse(expected.GetString()!, CultureInfo.InvariantCulture), Convert.ToDouble(actual, CultureInfo.InvariantCulture));
                break;
            case float number: Assert.Equal((float)expected.GetDouble(), number); break;
            case double number: Assert.Equal(BitConverter.DoubleToInt64Bits(expected.GetDouble()), BitConverter.DoubleToInt64Bits(number)); break;
            case ulong number: Assert.Equal(expected.GetUInt64(), number); break;
            case decimal number: Assert.Equal(decimal.Parse(expected.GetString()!, CultureInfo.InvariantCulture), number); break;
            case TimeSpan span: Assert.Equal(expected.GetDouble(), span.TotalSeconds); break;
            case DateOnly date: Assert.Equal(expected.GetString(), date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeOnly time: Assert.Equal(TimeOnly.Parse(expected.GetString()!, CultureInfo.InvariantCulture), time); break;
            case string text: Assert.Equal(expected.GetString(), text); break;
            case object?[] list:
                Assert.Equal(expected.GetArrayLength(), list.Length);
                for (int i = 0; i < list.Length; i++) AssertSame(expected[i], list[i], $"{where}[{i}]");
                break;
            case IReadOnlyDictionary<string, object?> parts:
                Assert.Equal(expected.EnumerateObject().Select(part => part.Name), parts.Keys);
                foreach ((string name, object? part) in parts) AssertSame(expected.GetProperty(name), part, $"{where}.{name}");
                break;
            case KeyValuePair<object, object?>[] pairs:
                Assert.Equal(expected.GetArrayLength(), pairs.Length);
                for (int i = 0; i < pairs.Length; i++)
                {
                    AssertSame(expected[i][0], pairs[i].Key, where);
                    AssertSame(expected[i][1], pairs[i].Value, where);
                }

                break;
            default: Assert.Equal(expected.GetInt64(), (long)actual); break;
        }
    }
}
