using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;

namespace Magma.Datasets.Llava;

/// <summary>Writes samples as LLaVA-style JSON beside a folder of pictures: <c>data.json</c> and <c>images/</c>.</summary>
public static class LlavaFolder
{
    public const string JsonName = "data.json";
    public const string ImageFolder = "images";

    /// <summary>Writes the samples one after the other; <c>data.json</c> appears when all are written.</summary>
    /// <param name="folder">The folder to write to; made when it is not there. Picture paths in the JSON start from it.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="stop">Stops between two samples.</param>
    /// <returns>How many samples were written.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static long Write(string folder, IEnumerable<Sample> samples, CancellationToken stop = default)
    {
        Directory.CreateDirectory(Path.Combine(folder, ImageFolder));
        string path = Path.Combine(folder, JsonName), partial = path + ".partial";
        long count = 0;
        try
        {
            using (FileStream file = File.Create(partial))
            {
                var options = new JsonWriterOptions { Indented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
                using var writer = new Utf8JsonWriter(file, options);
                writer.WriteStartArray();
                foreach (Sample sample in samples)
                {
                    stop.ThrowIfCancellationRequested();
                    WriteItem(writer, folder, sample);
                    writer.Flush();
                    count++;
                }

                writer.WriteEndArray();
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            return count;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static void WriteItem(Utf8JsonWriter writer, string folder, Sample sample)
    {
        writer.WriteStartObject();
        writer.WriteString("id", sample.Metadata["id"] is JsonValue id && id.TryGetValue(out string? text) ? text : sample.Key);
        string[] paths = [.. sample.Images.Select((image, i) => WriteImage(folder, sample, image, i))];
        if (paths.Length == 1)
        {
            writer.WriteString("image", paths[0]);
        }
        else if (paths.Length > 1)
        {
            writer.WriteStartArray("image");
            foreach (string path in paths) writer.WriteStringValue(path);
            writer.WriteEndArray();
        }

        writer.WriteStartArray("conversations");
        foreach (Turn turn in sample.Conversation.Turns)
        {
            WritePart(writer, "human", turn.Question);
            WritePart(writer, "gpt", turn.Answer);
        }

        writer.WriteEndArray();
        foreach ((string name, JsonNode? value) in sample.Metadata)
        {
            if (name is "id" or "image" or "conversations") continue;
            writer.WritePropertyName(name);
            if (value is null) writer.WriteNullValue();
            else value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter writer, string from, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("from", from);
        writer.WriteString("value", value);
        writer.WriteEndObject();
    }

    private static string WriteImage(string folder, Sample sample, SampleImage image, int index)
    {
        string name = sample.Images.Count == 1 ? $"{sample.Key}.{image.Extension}" : $"{sample.Key}-{index}.{image.Extension}";
        using FileStream file = File.Create(Path.Combine(folder, ImageFolder, name));
        file.Write(image.Bytes.Span);
        return $"{ImageFolder}/{name}";
    }
}
