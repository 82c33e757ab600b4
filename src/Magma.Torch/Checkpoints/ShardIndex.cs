using System.Text.Json;
using Magma.Torch.Native;

namespace Magma.Torch;

/// <summary>
/// Hugging Face's index of a checkpoint in several files: <c>model.safetensors.index.json</c>, <c>pytorch_model.bin.index.json</c>.
/// </summary>
internal static class ShardIndex
{
    private const long LargestIndex = 100_000_000;

    /// <summary>File by tensor.</summary>
    /// <exception cref="InvalidDataException">It is no index, or names a file that does not lie beside it.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        using var file = new MappedFile(path);
        if (file.Length > LargestIndex)
        {
            throw new InvalidDataException($"{path}: an index of {file.Length} bytes is above the limit of {LargestIndex}");
        }

        try
        {
            using var stream = file.Stream(0, file.Length);
            using var json = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var map = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in json.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                map.Add(property.Name, ShardName(property.Value.GetString(), path));
            }

            return map;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: not an index of shards: {problem.Message}", problem);
        }
    }

    // A shard lies beside its index: a name with a folder in it would read elsewhere.
    private static string ShardName(string? name, string path) =>
        !string.IsNullOrEmpty(name) && name is not ("." or "..") && name.IndexOfAny(['/', '\\', '\0']) < 0
            ? name
            : throw new InvalidDataException($"{path}: '{name}' is not the name of a file beside the index");
}
