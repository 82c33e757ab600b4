using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Llava;
using Magma.Datasets.Parquet;

namespace Magma.Datasets.Samples;

/// <summary>
/// Parquet files with the columns of the released data sets, as Hugging Face <c>datasets</c> stores them: <c>id</c>, <c>image</c> (or a
/// list <c>images</c>) of struct{bytes, path}, <c>conversations</c> of struct{from, value}; optionally <c>metadata</c>, a JSON text that
/// our own files have.
/// </summary>
/// <param name="files">The files, in order.</param>
public sealed class ParquetSource(IReadOnlyList<string> files) : SampleSource
{
    public override IEnumerable<Sample> Read(Action<string>? onProblem = null, CancellationToken stop = default)
    {
        var keys = new SampleKeys();
        foreach (string file in files)
        {
            using ParquetReader reader = ParquetReader.Open(file);
            if (!reader.Has("conversations"))
                throw new InvalidDataException(
                    $"{file} has no column 'conversations'; it has {string.Join(", ", reader.Columns.Select(c => c.Name))}.");
            string[] columns = [.. new[] { "id", "image", "images", "conversations", "metadata" }.Where(reader.Has)];
            long row = 0;
            foreach (ParquetChunk chunk in reader.Read(columns, stop))
            {
                for (int i = 0; i < chunk.RowCount; i++, row++)
                {
                    Sample? sample = null;
                    try
                    {
                        sample = Parse(reader, chunk, i, keys);
                    }
                    catch (Exception problem) when (problem is InvalidDataException or JsonException)
                    {
                        string message = $"{file}, row {row}: {problem.Message}";
                        if (onProblem is null) throw new InvalidDataException(message, problem);
                        onProblem(message);
                    }

                    if (sample is not null) yield return sample;
                }
            }
        }
    }

    public override int CountMostImages(CancellationToken stop = default)
    {
        int most = 0;
        foreach (string file in files)
        {
            using ParquetReader reader = ParquetReader.Open(file);
            if (reader.Has("image")) most = Math.Max(most, 1);
            if (!reader.Has("images")) continue;
            foreach (ParquetChunk chunk in reader.Read(["images"], stop))
            {
                for (int i = 0; i < chunk.RowCount; i++) most = Math.Max(most, chunk[0].Range(i).Count);
            }
        }

        return most;
    }

    private static Sample Parse(ParquetReader reader, ParquetChunk chunk, int row, SampleKeys keys)
    {
        var metadata = reader.Has("metadata") && chunk["metadata"].Text(row) is { } json
            ? JsonNode.Parse(json) as JsonObject ?? throw new InvalidDataException("'metadata' is no JSON object")
            : [];
        string? id = reader.Has("id") ? IdOf(chunk["id"], row) : null;
        var images = new List<SampleImage>();
        if (reader.Has("image")) AddImage(images, chunk["image"], row);
        if (reader.Has("images"))
        {
            (int start, int count) = chunk["images"].Range(row);
            for (int i = start; i < start + count; i++) AddImage(images, chunk["images"].Elements, i);
        }

        Conversation conversation = ConversationOf(chunk["conversations"], row);
        string key = keys.For(id);
        if (id is not null && id != key) metadata["id"] = id;
        return new Sample(key, images, conversation, metadata);
    }

    private static string? IdOf(ParquetVector ids, int row) =>
        ids.Type.Kind == ParquetKind.Text ? ids.Text(row) : ids.IsNull(row) ? null : ids.Integer(row).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void AddImage(List<SampleImage> images, ParquetVector pictures, int row)
    {
        if (pictures.IsNull(row)) return;
        ParquetVector bytes = pictures.Field("bytes");
        if (bytes.IsNull(row))
            throw new InvalidDataException($"the picture '{pictures.Field("path").Text(row)}' is not in the file, only its path is");
        images.Add(LlavaSource.PictureOf(bytes.Bytes(row).ToArray(), "picture"));
    }

    private static Conversation ConversationOf(ParquetVector conversations, int row)
    {
        (int start, int count) = conversations.Range(row);
        ParquetVector from = conversations.Elements.Field("from"), value = conversations.Elements.Field("value");
        var spoken = new (bool, string)[count];
        for (int i = 0; i < count; i++) spoken[i] = (from.Text(start + i) is "human" or "user", value.Text(start + i) ?? "");
        return LlavaItem.ConversationOf(spoken);
    }
}
