using Magma.Data;

namespace Magma.Datasets.Samples;

/// <summary>WebDataset shards whose samples have the JSON file that this library writes.</summary>
/// <param name="shards">The shards, in order.</param>
public sealed class ShardSource(IReadOnlyList<string> shards) : SampleSource
{
    public IReadOnlyList<string> Shards => shards;

    public override IEnumerable<Sample> Read(Action<string>? onProblem = null, CancellationToken stop = default)
    {
        var keys = new SampleKeys();
        foreach (Sample sample in shards.SelectMany(shard => ReadShard(shard, onProblem)))
        {
            stop.ThrowIfCancellationRequested();
            string key = keys.For(sample.Key);
            if (key == sample.Key)
            {
                yield return sample;
                continue;
            }

            sample.Metadata["id"] = sample.Key;
            yield return sample with { Key = key };
        }
    }

    public override int CountMostImages(CancellationToken stop = default)
    {
        int most = 0;
        foreach (Sample sample in shards.SelectMany(shard => ReadShard(shard, _ => { })))
        {
            stop.ThrowIfCancellationRequested();
            most = Math.Max(most, sample.Images.Count);
        }

        return most;
    }

    /// <summary>The samples of one shard. A damaged archive ends it; a sample that is not well formed is left out.</summary>
    /// <param name="shard">The .tar file.</param>
    /// <param name="onProblem">Called with a message for what is damaged; null throws instead.</param>
    /// <exception cref="InvalidDataException">Something is damaged and <paramref name="onProblem"/> is null.</exception>
    public static IEnumerable<Sample> ReadShard(string shard, Action<string>? onProblem)
    {
        using IEnumerator<ShardFiles> files = ShardReader.ReadFiles(shard).GetEnumerator();
        while (true)
        {
            Sample? sample = null;
            bool ended = false;
            try
            {
                ended = !files.MoveNext();
            }
            catch (Exception problem) when (onProblem is not null && problem is InvalidDataException or FileNotFoundException)
            {
                onProblem(problem.Message);
                ended = true;
            }

            if (ended) yield break;
            try
            {
                sample = ShardReader.ToSample(files.Current, shard);
            }
            catch (InvalidDataException problem) when (onProblem is not null)
            {
                onProblem(problem.Message.StartsWith(shard, StringComparison.Ordinal) ? problem.Message : $"{shard}: {problem.Message}");
            }

            if (sample is not null) yield return sample;
        }
    }
}
