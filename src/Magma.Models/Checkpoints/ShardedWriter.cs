using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Torch;
using static TorchSharp.torch;

namespace Magma.Models.Checkpoints;

/// <summary>Writes weights as Hugging Face does: one model.safetensors, or numbered shards with an index.</summary>
public static class ShardedWriter
{
    /// <summary>The most bytes of a shard, as in the published checkpoint.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    // Kernels of quantised weights read whole vectors; those of bfloat16 are no slower beside a line.
    private const int CacheLine = 64;

    /// <summary>Writes tensors that are at hand.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, Tensor> tensors, long shardBytes = DefaultShardBytes) =>
        Write(folder, [.. tensors.Select(entry => (entry.Key, entry.Value.NumberOfElements * entry.Value.ElementSize))], name => tensors[name].alias(), shardBytes);

    /// <summary>Writes tensors that are made one shard at a time, so that all of them need not be in memory.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="names">Names and sizes in bytes, in the order of writing.</param>
    /// <param name="make">Makes a tensor; it is disposed of when its shard is written.</param>
    /// <param name="shardBytes">The most bytes of a shard; a larger tensor has one of its own.</param>
    public static void Write(string folder, IReadOnlyList<(string Name, long Bytes)> names, Func<string, Tensor> make, long shardBytes = DefaultShardBytes)
    {
        var shards = new List<List<(string Name, long Bytes)>> { new() };
        long filled = 0;
        foreach ((string Name, long Bytes) entry in names)
        {
            if (filled + entry.Bytes > shardBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(entry);
            filled += entry.Bytes;
        }

        var map = new JsonObject();
        for (int shard = 0; shard < shards.Count; shard++)
        {
            string file = shards.Count == 1 ? "model.safetensors" : $"model-{shard + 1:00000}-of-{shards.Count:00000}.safetensors";
            Dictionary<string, Tensor> tensors = shards[shard].ToDictionary(entry => entry.Name, entry => make(entry.Name), StringComparer.Ordinal);
            bool isQuantized = tensors.Keys.Any(name => name.EndsWith("weight_scale", StringComparison.Ordinal));
            var metadata = new Dictionary<string, string> { ["format"] = "pt" };
            SafetensorsWriter.Write(Path.Combine(folder, file), tensors, metadata, isQuantized ? CacheLine : 8);
            foreach ((string name, Tensor tensor) in tensors)
            {
                tensor.Dispose();
                map[name] = file;
            }
        }

        string index = Path.Combine(folder, "model.safetensors.index.json");
        if (shards.Count == 1)
        {
            File.Delete(index);
            return;
        }

        var root = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = names.Sum(entry => entry.Bytes) }, ["weight_map"] = map };
        string temporary = index + ".part";
        File.WriteAllText(temporary, root.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        File.Move(temporary, index, overwrite: true);
    }
}
