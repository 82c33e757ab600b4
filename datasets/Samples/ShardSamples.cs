using System.Text.Json.Nodes;
using Magma.Data;

namespace Magma.Datasets.Samples;

/// <summary>Writes samples as WebDataset shards with a manifest.</summary>
public static class ShardSamples
{
    private const int SamplesPerShard = 1_000;
    private const long BytesPerShard = 512L << 20;

    /// <summary>Writes <c>shards/shard-000000.tar</c> and so on; <c>manifest.json</c> comes last.</summary>
    /// <param name="folder">The folder to write to; made when it is not there.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="tool">Name and version of the program, for the manifest.</param>
    /// <param name="settings">Where the samples come from, for the manifest.</param>
    /// <param name="stop">Stops between two samples.</param>
    /// <returns>How many samples were written.</returns>
    /// <exception cref="IOException">The folder cannot be written to, or holds a data set already.</exception>
    public static long Write(string folder, IEnumerable<Sample> samples, string tool, JsonObject settings, CancellationToken stop = default)
    {
        string shards = Path.Combine(folder, ShardManifest.ShardFolder);
        if (Directory.Exists(shards) && Directory.EnumerateFiles(shards, "*.tar").Any())
            throw new IOException($"{shards} holds shards already; write into a new folder.");
        Directory.CreateDirectory(shards);
        var summaries = new List<ShardSummary>();
        long count = 0;
        using IEnumerator<Sample> rest = samples.GetEnumerator();
        for (bool more = rest.MoveNext(); more;)
        {
            using ShardWriter writer = ShardWriter.Create(Path.Combine(shards, ShardManifest.ShardName(summaries.Count)));
            long bytes = 0;
            for (int inShard = 0; more && inShard < SamplesPerShard && bytes < BytesPerShard; inShard++, more = rest.MoveNext())
            {
                stop.ThrowIfCancellationRequested();
                writer.Write(rest.Current);
                bytes += rest.Current.Images.Sum(image => (long)image.Bytes.Length);
                count++;
            }

            summaries.Add(writer.Commit());
        }

        var counts = new Dictionary<string, long> { ["samples"] = count };
        new ShardManifest(ShardManifest.CurrentFormat, tool, "converted", settings, null, counts, summaries).Write(folder);
        return count;
    }
}
