using System.IO.Compression;

namespace Magma.Data;

/// <summary>The files of one sample in a WebDataset shard.</summary>
/// <param name="Key">The path of its files up to the first dot of the base name; folders may hold dots.</param>
/// <param name="Files">Content by extension, which is the rest of the name without its leading dot.</param>
public sealed record ShardFiles(string Key, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files);

/// <summary>
/// Reads WebDataset shards, one sample in memory at a time: tar archives (ustar, GNU and PAX names), also compressed with gzip.
/// Neighbouring files of one key are a sample; links and folders are skipped. Nothing is ever written to a path that an archive names.
/// </summary>
public static class ShardReader
{
    private const long LargestFile = 1L << 30;

    /// <summary>Reads the samples of a shard that this library wrote.</summary>
    /// <param name="path">A .tar file.</param>
    /// <exception cref="InvalidDataException">The archive is broken or a sample in it is not well-formed.</exception>
    public static IEnumerable<Sample> Read(string path)
    {
        foreach (ShardFiles files in ReadFiles(path)) yield return ToSample(files, path);
    }

    /// <summary>Reads the samples of any WebDataset shard as files.</summary>
    /// <param name="path">A .tar or .tar.gz file; which of them is told by its first bytes.</param>
    /// <exception cref="InvalidDataException">
    /// The archive is broken or cut off, a sample has an extension twice, a name leads out of the archive, or a file is over 1 GiB.
    /// </exception>
    public static IEnumerable<ShardFiles> ReadFiles(string path)
    {
        using FileStream bytes = File.OpenRead(path);
        using Stream plain = IsGzip(bytes) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
        var tar = new TarScan(plain, path);
        string? key = null;
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        while (Next(tar, path) is { } file)
        {
            (string fileKey, string extension) = SplitName(file.Name, path);
            if (fileKey != key)
            {
                if (key is not null) yield return new ShardFiles(key, files);
                (key, files) = (fileKey, []);
            }

            if (!files.TryAdd(extension, file.Content))
            {
                throw new InvalidDataException($"{path}: sample '{key}' has two files '{extension}'.");
            }
        }

        if (key is not null) yield return new ShardFiles(key, files);
    }

    /// <summary>The sample that files of a shard make.</summary>
    /// <param name="files">The files, among them the sample's <c>.json</c>.</param>
    /// <param name="path">The shard, for messages.</param>
    /// <exception cref="InvalidDataException">They are not those of a well-formed sample.</exception>
    public static Sample ToSample(ShardFiles files, string path)
    {
        if (!files.Files.TryGetValue("json", out ReadOnlyMemory<byte> json))
        {
            throw new InvalidDataException($"{path}: sample '{files.Key}' has no .json file.");
        }

        var further = files.Files.Where(file => file.Key != "json").ToDictionary(file => file.Key, file => file.Value);
        Sample sample = SampleJson.Read(files.Key, json.Span, name =>
        {
            string extension = name.StartsWith(files.Key + ".") ? name[(files.Key.Length + 1)..] : name;
            further.Remove(extension);
            return files.Files.TryGetValue(extension, out ReadOnlyMemory<byte> bytes)
                ? new SampleImage(bytes, extension[(extension.LastIndexOf('.') + 1)..])
                : throw new InvalidDataException($"{path}: sample '{files.Key}' lists the picture '{name}', which is not in the shard.");
        });
        return sample with { Files = further };
    }

    private static (string Name, ReadOnlyMemory<byte> Content)? Next(TarScan tar, string path)
    {
        try
        {
            return tar.Next(LargestFile);
        }
        catch (InvalidDataException problem) when (!problem.Message.StartsWith(path))
        {
            throw new InvalidDataException($"{path} is not a whole gzip file: {problem.Message}", problem);
        }
    }

    private static (string Key, string Extension) SplitName(string name, string path)
    {
        int slash = name.LastIndexOf('/');
        int dot = name.IndexOf('.', slash + 1);
        string key = dot < 0 ? name : name[..dot];
        if (name.StartsWith('/') || key.Split('/').Any(part => part is ".." or ""))
        {
            throw new InvalidDataException($"{path}: the name '{name}' leads out of the archive.");
        }

        return (key, dot < 0 ? "" : name[(dot + 1)..]);
    }

    private static bool IsGzip(FileStream file)
    {
        bool gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return gzip;
    }
}
