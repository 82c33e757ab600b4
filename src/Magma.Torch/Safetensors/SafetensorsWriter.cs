using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;

namespace Magma.Torch;

/// <summary>
/// Writes safetensors as the reference package lays it out: larger element types first, then by name; the header padded with spaces to a
/// multiple of 8 bytes (format: https://github.com/huggingface/safetensors#format).
/// </summary>
public static class SafetensorsWriter
{
    private const int ChunkBytes = 1 << 24;

    // The reference package's order of types: by size, and within a size by its own list.
    private static readonly string[] TypeOrder =
        ["U64", "I64", "F64", "C64", "F32", "U32", "I32", "BF16", "F16", "U16", "I16", "F8_E8M0", "F8_E4M3", "F8_E5M2", "I8", "U8", "BOOL"];

    /// <summary>Writes the tensors to one file; a file of that name is replaced when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Tensors by name, on any device, of any strides; "__metadata__" is not a name.</param>
    /// <param name="metadata">Free text pairs for the header; null for none.</param>
    /// <param name="alignment">
    /// Where data may begin, in bytes of the file. More than the reference's 8 puts tensors whose size is no multiple of it last, so that
    /// all before them, and the first of them, begin at a multiple: no vector of quantised weights then lies across two cache lines.
    /// </param>
    /// <exception cref="ArgumentException">A name or an element type that the format does not have.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, torch.Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        int alignment = 8)
    {
        if (tensors.ContainsKey("__metadata__"))
        {
            throw new ArgumentException("a tensor cannot be named __metadata__", nameof(tensors));
        }

        var ordered = tensors
            .Select(tensor => (Name: tensor.Key, Tensor: tensor.Value, Type: SafetensorsTypes.NameOf(tensor.Value.dtype)))
            .OrderBy(tensor => alignment > 8 && tensor.Tensor.NumberOfElements * tensor.Tensor.ElementSize % alignment != 0)
            .ThenBy(tensor => Array.IndexOf(TypeOrder, tensor.Type))
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToList();
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(Header(ordered, metadata, alignment));
                foreach (var (_, tensor, _) in ordered)
                {
                    WriteBytes(stream, tensor);
                }

                stream.Flush(true);
            }

            File.Move(temporary, path, true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static byte[] Header(
        List<(string Name, torch.Tensor Tensor, string Type)> ordered,
        IReadOnlyDictionary<string, string>? metadata,
        int alignment)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WritePropertyName("__metadata__");
                JsonSerializer.Serialize(json, metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary());
            }

            var position = 0L;
            foreach (var (name, tensor, type) in ordered)
            {
                var end = position + (tensor.NumberOfElements * tensor.ElementSize);
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WritePropertyName("shape");
                JsonSerializer.Serialize(json, tensor.shape);
                json.WritePropertyName("data_offsets");
                JsonSerializer.Serialize(json, new[] { position, end });
                json.WriteEndObject();
                position = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    // In slices: a span cannot hold a tensor of more than 2 GB.
    private static void WriteBytes(Stream stream, torch.Tensor tensor)
    {
        using var unrecorded = torch.no_grad();
        using var detached = tensor.detach();
        using var here = detached.cpu();
        using var ordered = here.contiguous();
        using var flat = ordered.view(-1);
        var step = ChunkBytes / tensor.ElementSize;
        for (var start = 0L; start < flat.NumberOfElements; start += step)
        {
            using var slice = flat.narrow(0, start, Math.Min(step, flat.NumberOfElements - start));
            stream.Write(slice.bytes);
        }
    }
}
