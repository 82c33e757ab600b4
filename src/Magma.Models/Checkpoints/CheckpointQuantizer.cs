using System.Text.RegularExpressions;
using Magma.Data;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Checkpoints;

/// <summary>
/// Makes a checkpoint whose decoder has its linear layers in 8 or 4 bits: in place of "….weight" stand "….weight_int8" (or _int4) and
/// "….weight_scale" (<see cref="QuantizedWeight"/>). A tied embedding stays, for look-up, and gets a quantised head beside it.
/// </summary>
public static partial class CheckpointQuantizer
{
    // A shard is in memory while it is written.
    private const long ShardBytes = 2_000_000_000;

    /// <summary>Writes the quantised checkpoint with the small files of the old one.</summary>
    /// <param name="source">The folder of a checkpoint with floating point weights.</param>
    /// <param name="target">The new folder, which appears whole or not at all.</param>
    /// <param name="bits">8 or 4.</param>
    /// <param name="group">Columns that share a scale: 64 or 128, with 4 bits also 32.</param>
    /// <param name="cancellation">Asked between pieces of a weight.</param>
    /// <exception cref="InvalidDataException">
    /// The checkpoint is quantised already, has no linear layers of a decoder, or weights that are not finite.
    /// </exception>
    /// <exception cref="IOException">The new folder is there already.</exception>
    public static void Run(string source, string target, int bits, int group, CancellationToken cancellation = default)
    {
        using SafetensorsFile file = SafetensorsFile.Open(source);
        if (file.Entries.Keys.FirstOrDefault(name => name.EndsWith("weight_scale", StringComparison.Ordinal)) is { } scale)
        {
            throw new InvalidDataException($"{source} is quantised already: it has {scale}.");
        }

        bool tied = !file.Entries.Keys.Any(name => name.EndsWith("lm_head.weight", StringComparison.Ordinal));
        var made = new Dictionary<string, (string From, bool IsScale)>(StringComparer.Ordinal);
        var sizes = new List<(string Name, long Bytes)>();
        foreach (SafetensorsEntry entry in file.Entries.Values)
        {
            bool isHead = tied && entry.Name.EndsWith("embed_tokens.weight", StringComparison.Ordinal);
            bool isLinear = LinearName().IsMatch(entry.Name);
            if (!isLinear) sizes.Add((entry.Name, entry.ByteCount));
            if (!isLinear && !isHead) continue;
            string name = isHead ? entry.Name.Replace("model.embed_tokens", "lm_head", StringComparison.Ordinal) : entry.Name;
            long numbers = entry.Shape[0] * entry.Shape[1];
            made[$"{name}_int{bits}"] = (entry.Name, false);
            made[$"{name}_scale"] = (entry.Name, true);
            sizes.Add(($"{name}_int{bits}", numbers * bits / 8));
            sizes.Add(($"{name}_scale", 2 * numbers / group));
        }

        if (made.Count == 0)
            throw new InvalidDataException($"{source} has no linear layers of a decoder, such as model.layers.0.self_attn.q_proj.weight.");
        using AtomicFolder folder = AtomicFolder.Create(target);
        // Where it stops half-way, what was made of a shard goes.
        using DisposeScope scope = NewDisposeScope();
        Tensor? scales = null;
        ShardedWriter.Write(folder.Path, sizes, name =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (!made.TryGetValue(name, out (string From, bool IsScale) part)) return file.Load(name);
            // The scale comes right behind its integers.
            if (part.IsScale) return scales!;
            using Tensor weight = file.Load(part.From);
            QuantizedWeight quantized = QuantizedWeight.FromFloat(weight, bits, group, cancellation);
            using Tensor finite = quantized.Scales.isfinite().all();
            if (!finite.item<bool>()) throw new InvalidDataException($"{source}: {part.From} holds numbers that are not finite.");
            scales = quantized.Scales;
            return quantized.Data;
        }, ShardBytes);
        MagmaCheckpoint.CopySmallFiles(source, folder.Path);
        folder.Commit();
    }

    [GeneratedRegex(@"\.layers\.\d+\.(self_attn|mlp)\.\w+_proj\.weight$|(^|\.)lm_head\.weight$")]
    private static partial Regex LinearName();
}
