using Magma.Data;
using Magma.Datasets.Llava;

namespace Magma.Datasets.Samples;

/// <summary>A data set in one of the formats that can be converted, read as a stream of samples. It can be read several times.</summary>
public abstract class SampleSource
{
    /// <summary>Opens what a path holds: LLaVA-style JSON, Parquet files or WebDataset shards.</summary>
    /// <param name="path">A file, or a folder that holds files of one of the three kinds.</param>
    /// <param name="imageFolder">Where the picture paths of a JSON file start; null takes the file's folder.</param>
    /// <exception cref="InvalidDataException">The path holds none of them, or more than one.</exception>
    public static SampleSource Open(string path, string? imageFolder = null)
    {
        path = Path.GetFullPath(path);
        if (File.Exists(path)) return OpenFiles([path], path, imageFolder);
        if (!Directory.Exists(path)) throw new FileNotFoundException($"{path} is not there.");
        string[] shards = Shards(path), parquet = Files(path, "*.parquet", SearchOption.AllDirectories);
        string[] json = [.. Files(path, "*.json", SearchOption.TopDirectoryOnly).Where(IsData), .. Files(path, "*.jsonl", SearchOption.TopDirectoryOnly).Where(IsData)];
        // Shards come first: a run keeps lists of its own beside them.
        if (shards.Length > 0) return new ShardSource(shards);
        if (parquet.Length > 0 && json.Length == 0) return new ParquetSource(parquet);
        if (json.Length == 1 && parquet.Length == 0) return OpenFiles(json, path, imageFolder);
        throw new InvalidDataException(
            $"{path} holds no shards (.tar), {parquet.Length} Parquet files and {json.Length} JSON files; name the one file, or a folder of one kind.");
    }

    /// <summary>The samples in order.</summary>
    /// <param name="onProblem">
    /// Called with a message for each entry that is not well formed; the others are given. Null throws instead.
    /// </param>
    /// <param name="stop">Stops between two samples.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or an entry is bad and <paramref name="onProblem"/> is null.</exception>
    public abstract IEnumerable<Sample> Read(Action<string>? onProblem = null, CancellationToken stop = default);

    /// <summary>The largest number of pictures in one sample; reads the whole data set.</summary>
    public abstract int CountMostImages(CancellationToken stop = default);

    private static string[] Files(string folder, string pattern, SearchOption depth)
    {
        string[] files = Directory.GetFiles(folder, pattern, depth);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    // Our own descriptions of a run lie beside its shards.
    private static bool IsData(string path) =>
        Path.GetFileName(path) is not (
            ShardManifest.FileName or "plan.jsonl" or "errors.jsonl" or "dataset_info.json" or "dataset_statistics.json");

    private static string[] Shards(string folder)
    {
        string inside = Path.Combine(folder, ShardManifest.ShardFolder);
        if (Directory.Exists(inside)) folder = inside;
        return [.. Files(folder, "*.tar", SearchOption.TopDirectoryOnly), .. Files(folder, "*.tar.gz", SearchOption.TopDirectoryOnly)];
    }

    private static SampleSource OpenFiles(string[] files, string path, string? imageFolder) => Path.GetExtension(files[0]).ToLowerInvariant() switch
    {
        ".json" or ".jsonl" => new LlavaSource(files[0], imageFolder ?? Path.GetDirectoryName(files[0])!),
        ".parquet" => new ParquetSource(files),
        ".tar" or ".gz" => new ShardSource(files),
        _ => throw new InvalidDataException($"{path} is no data set that can be read: .json, .jsonl, .parquet and .tar are known."),
    };
}
