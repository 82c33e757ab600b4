using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Magma.Data;
using Magma.Datasets.Parquet;

namespace Magma.Datasets.Samples;

/// <summary>Writes samples as Parquet files that Hugging Face <c>datasets</c> loads with their pictures.</summary>
public static class ParquetSamples
{
    /// <summary>A new file begins once one holds this many bytes of pictures and text, as Hugging Face splits them.</summary>
    private const long BytesPerFile = 500L << 20;

    private static readonly ParquetType Turns = ParquetType.List(
        ParquetType.Struct(new ParquetField("from", ParquetType.Text), new ParquetField("value", ParquetType.Text)));

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <c>train-00000.parquet</c> and so on.</summary>
    /// <param name="folder">The folder to write to; made when it is not there.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="mostImages">
    /// The largest number of pictures in a sample: up to 1 gives a column <c>image</c>, more a list <c>images</c>.
    /// </param>
    /// <param name="stop">Stops between two row groups.</param>
    /// <returns>How many samples were written.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static long Write(string folder, IEnumerable<Sample> samples, int mostImages, CancellationToken stop = default)
    {
        bool lists = mostImages > 1;
        ParquetField[] columns =
        [
            new("id", ParquetType.Text),
            lists ? new ParquetField("images", ParquetType.List(ParquetType.Image)) : new ParquetField("image", ParquetType.Image),
            new("conversations", Turns),
            new("metadata", ParquetType.Text),
        ];
        var settings = new ParquetWriteSettings { Metadata = [HuggingFaceFeatures.Of(columns)] };
        using IEnumerator<Sample> rest = samples.GetEnumerator();
        long count = 0;
        bool more = rest.MoveNext();
        int file = 0;
        do
        {
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"train-{file++:d5}.parquet"));
            count += ParquetWriter.Write(path, columns, OneFile(), settings, stop);
        }
        while (more);
        return count;

        IEnumerable<IReadOnlyList<object?>> OneFile()
        {
            for (long bytes = 0; more && bytes < BytesPerFile; more = rest.MoveNext())
            {
                bytes += rest.Current.Images.Sum(image => (long)image.Bytes.Length) + 1_000;
                yield return Row(rest.Current, lists);
            }
        }
    }

    private static object?[] Row(Sample sample, bool lists)
    {
        object?[] images = [.. sample.Images.Select((image, i) => new object?[] { image.Bytes.ToArray(), NameOf(sample, image, i) })];
        var turns = new List<object?>();
        foreach (Turn turn in sample.Conversation.Turns)
        {
            turns.Add(new object?[] { "human", turn.Question });
            turns.Add(new object?[] { "gpt", turn.Answer });
        }

        object? pictures = lists ? images : images.Length > 0 ? images[0] : null;
        return [sample.Key, pictures, turns, sample.Metadata.Count == 0 ? null : sample.Metadata.ToJsonString(Json)];
    }

    private static string NameOf(Sample sample, SampleImage image, int index) =>
        sample.Images.Count == 1 ? $"{sample.Key}.{image.Extension}" : $"{sample.Key}-{index}.{image.Extension}";
}
