using System.Globalization;
using System.Text.Json;

namespace Magma.Datasets.Rlds;

/// <summary>A split of a data set: its name and how many episodes each of its shards holds.</summary>
public sealed record RldsSplit(string Name, IReadOnlyList<long> ShardLengths, IReadOnlyList<string> Files)
{
    /// <summary>Episodes in all.</summary>
    public long EpisodeCount => ShardLengths.Sum();
}

/// <summary>
/// A data set in the layout of TensorFlow Datasets with RLDS episodes, as Open X-Embodiment is published: <c>dataset_info.json</c>,
/// <c>features.json</c> and TFRecord shards, in a folder <c>name/version</c>. No TensorFlow is needed.
/// </summary>
public sealed class RldsDataset
{
    private RldsDataset(string folder, string name, string version, IReadOnlyList<RldsSplit> splits, IReadOnlyList<RldsFeature> features)
    {
        Folder = folder;
        Name = name;
        Version = version;
        Splits = splits;
        Features = features;
    }

    public string Folder { get; }

    public string Name { get; }

    public string Version { get; }

    public IReadOnlyList<RldsSplit> Splits { get; }

    public IReadOnlyList<RldsFeature> Features { get; }

    /// <summary>Opens the folder that holds <c>dataset_info.json</c>, or one above it that holds exactly one version.</summary>
    /// <exception cref="InvalidDataException">It is no such folder, or its description is damaged.</exception>
    public static RldsDataset Open(string folder)
    {
        string info = Find(folder);
        folder = Path.GetDirectoryName(info)!;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(info));
            JsonElement root = json.RootElement;
            string name = root.GetProperty("name").GetString()!, version = root.GetProperty("version").GetString()!;
            string format = root.TryGetProperty("fileFormat", out JsonElement kind) ? kind.GetString()! : "tfrecord";
            if (format != "tfrecord") throw new InvalidDataException($"{info}: the file format is '{format}'; only tfrecord can be read.");
            RldsSplit[] splits = [.. root.GetProperty("splits").EnumerateArray().Select(split => Split(folder, name, split))];
            return new RldsDataset(folder, name, version, splits, RldsFeature.Read(Path.Combine(folder, "features.json")));
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{info} is no dataset_info.json of TensorFlow Datasets: {problem.Message}", problem);
        }
    }

    /// <summary>The split of a name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public RldsSplit Split(string name) => Splits.FirstOrDefault(split => split.Name == name)
        ?? throw new InvalidDataException(
            $"{Folder} has no split '{name}'; it has {string.Join(", ", Splits.Select(split => split.Name))}.");

    /// <summary>The episodes of a split, shard after shard, each read when it is asked for.</summary>
    /// <param name="split">The split's name.</param>
    /// <param name="onDamage">
    /// Called with the message (file, offset, cause) when a record or a shard is damaged or missing; all other records are given nevertheless,
    /// but those behind a damaged frame. Null throws instead.
    /// </param>
    /// <exception cref="InvalidDataException">A shard is damaged and <paramref name="onDamage"/> is null.</exception>
    public IEnumerable<RldsEpisode> Episodes(string split, Action<string>? onDamage = null)
    {
        RldsSplit chosen = Split(split);
        for (int shard = 0; shard < chosen.Files.Count; shard++)
        {
            string path = chosen.Files[shard];
            using IEnumerator<TfRecord> records = TfRecordReader.Read(path).GetEnumerator();
            long count = 0;
            for (bool more = true; more;)
            {
                RldsEpisode? episode = null;
                string? damage = null;
                try
                {
                    more = records.MoveNext();
                }
                catch (Exception problem) when (onDamage is not null && problem is InvalidDataException or FileNotFoundException)
                {
                    // Where the next record begins is not known.
                    (more, damage, count) = (false, problem.Message, chosen.ShardLengths[shard]);
                }

                if (more)
                {
                    count++;
                    try
                    {
                        episode = EpisodeOf(path, records.Current);
                    }
                    catch (InvalidDataException problem) when (onDamage is not null)
                    {
                        damage = problem.Message;
                    }
                }

                if (damage is not null) onDamage!(damage);
                if (episode is not null) yield return episode;
            }

            if (count == chosen.ShardLengths[shard]) continue;
            string shortage = $"{path} holds {count} episodes where dataset_info.json says {chosen.ShardLengths[shard]}.";
            if (onDamage is null) throw new InvalidDataException(shortage);
            onDamage(shortage);
        }
    }

    /// <summary>The episodes of a split from one on; the shards before its own are not opened.</summary>
    /// <param name="split">The split's name.</param>
    /// <param name="first">Its place in the split, from 0, by the shard lengths that the description states.</param>
    /// <exception cref="InvalidDataException">A shard is damaged or missing, or holds fewer episodes than stated.</exception>
    public IEnumerable<RldsEpisode> EpisodesFrom(string split, long first)
    {
        RldsSplit chosen = Split(split);
        for (int shard = 0; shard < chosen.Files.Count; shard++)
        {
            long length = chosen.ShardLengths[shard];
            if (first >= length)
            {
                first -= length;
                continue;
            }

            long count = 0;
            foreach (TfRecord record in TfRecordReader.Read(chosen.Files[shard]))
            {
                if (count++ >= first) yield return EpisodeOf(chosen.Files[shard], record);
            }

            if (count != length)
                throw new InvalidDataException($"{chosen.Files[shard]} holds {count} episodes where dataset_info.json says {length}.");
            first = 0;
        }
    }

    private static string Find(string folder)
    {
        string direct = Path.Combine(Path.GetFullPath(folder), "dataset_info.json");
        if (File.Exists(direct)) return direct;
        string[] versions = Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Select(version => Path.Combine(version, "dataset_info.json")).Where(File.Exists)]
            : [];
        return versions.Length == 1
            ? Path.GetFullPath(versions[0])
            : throw new InvalidDataException(
                $"{folder} holds {versions.Length} data sets of TensorFlow Datasets; name the folder that has the dataset_info.json.");
    }

    private static RldsSplit Split(string folder, string dataset, JsonElement split)
    {
        string name = split.GetProperty("name").GetString()!;
        long[] lengths = [.. split.GetProperty("shardLengths").EnumerateArray().Select(length => length.ValueKind == JsonValueKind.String
            ? long.Parse(length.GetString()!, CultureInfo.InvariantCulture)
            : length.GetInt64())];
        string template = split.TryGetProperty("filepathTemplate", out JsonElement text) && text.GetString() is { Length: > 0 } given
            ? given
            : "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}";
        string[] files = [.. Enumerable.Range(0, lengths.Length).Select(shard => FileName(template, dataset, name, shard, lengths.Length))];
        if (files.FirstOrDefault(file => file != Path.GetFileName(file)) is { } outside)
            throw new InvalidDataException($"{folder}: the shard name '{outside}' leads out of the folder.");
        return new RldsSplit(name, lengths, [.. files.Select(file => Path.Combine(folder, file))]);
    }

    private static string FileName(string template, string dataset, string split, int shard, int count) => template
        .Replace("{DATASET}", dataset, StringComparison.Ordinal)
        .Replace("{SPLIT}", split, StringComparison.Ordinal)
        .Replace("{FILEFORMAT}", "tfrecord", StringComparison.Ordinal)
        .Replace("{SHARD_X_OF_Y}", string.Create(CultureInfo.InvariantCulture, $"{shard:d5}-of-{count:d5}"), StringComparison.Ordinal)
        .Replace("{SHARD_INDEX}", string.Create(CultureInfo.InvariantCulture, $"{shard:d5}"), StringComparison.Ordinal)
        .Replace("{NUM_SHARDS}", string.Create(CultureInfo.InvariantCulture, $"{count:d5}"), StringComparison.Ordinal);

    private RldsEpisode EpisodeOf(string path, TfRecord record)
    {
        IReadOnlyDictionary<string, TfFeature> values;
        try
        {
            values = TfExample.Parse(record.Data);
        }
        catch (InvalidDataException problem)
        {
            throw TfRecordReader.Damage(path, record.Offset, $"the record is no tf.train.Example: {problem.Message}");
        }

        return new RldsEpisode(path, record.Offset, Features, values);
    }
}
