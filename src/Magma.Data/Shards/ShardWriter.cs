using System.Security.Cryptography;

namespace Magma.Data;

/// <summary>What a finished shard is, as the manifest states it.</summary>
/// <param name="Name">File name.</param>
/// <param name="Samples">How many samples.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Sha256">Hash of the file, lower-case hexadecimal.</param>
public sealed record ShardSummary(string Name, int Samples, long Bytes, string Sha256);

/// <summary>
/// Writes a WebDataset shard: a tar archive in which the files of a sample stand together, named by its key, sorted by extension
/// (<c>{key}.json</c>, <c>{key}.png</c>). The same samples give the same bytes. The file appears whole on <see cref="Commit"/>, or not at
/// all. Not for use from several threads at once.
/// </summary>
public sealed class ShardWriter : IDisposable
{
    private const int CopyBuffer = 1 << 20;

    private readonly AtomicFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashingStream _output;
    private readonly string _name;
    private int _samples;

    private ShardWriter(string path)
    {
        _name = Path.GetFileName(path);
        _file = AtomicFile.Create(path);
        _output = new HashingStream(_file.Stream, _hash);
    }

    /// <summary>Begins a shard.</summary>
    /// <param name="path">Its final name; the folder must exist.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static ShardWriter Create(string path) => new(path);

    /// <summary>Adds a sample.</summary>
    /// <exception cref="ArgumentException">Its key or an extension is not allowed.</exception>
    public void Write(Sample sample)
    {
        WriteTo(_output, sample);
        _samples++;
    }

    /// <summary>Adds a sample that is given as files.</summary>
    /// <param name="key">The key: a relative path, whose last part has no dot.</param>
    /// <param name="files">Content by extension, without the leading dot (<c>png</c>, <c>seg.png</c>).</param>
    /// <exception cref="ArgumentException">The key or an extension is not allowed.</exception>
    public void Write(string key, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        WriteTo(_output, key, files);
        _samples++;
    }

    /// <summary>Adds samples that <see cref="WriteTo(Stream, Sample)"/> wrote elsewhere, as they are.</summary>
    /// <param name="fragment">Whole entries of a tar archive, without its end.</param>
    /// <param name="samples">How many samples they are.</param>
    public void Append(Stream fragment, int samples)
    {
        fragment.CopyTo(_output, CopyBuffer);
        _samples += samples;
    }

    /// <summary>Ends the archive, flushes it to the disk and gives it its final name.</summary>
    /// <exception cref="IOException">The disk is full or failed; the final name is untouched.</exception>
    public ShardSummary Commit()
    {
        TarFormat.WriteEnd(_output);
        long bytes = _file.Stream.Position;
        _file.Commit();
        return new ShardSummary(_name, _samples, bytes, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    /// <summary>Writes the entries of a sample to a stream, without the end of an archive.</summary>
    /// <exception cref="ArgumentException">Its key or an extension is not allowed.</exception>
    public static void WriteTo(Stream output, Sample sample)
    {
        CheckKey(sample.Key);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(sample.Files);
        for (int index = 0; index < sample.Images.Count; index++)
        {
            string name = SampleJson.ImageName(sample.Key, index, sample.Images[index]);
            files.Add(name[(sample.Key.Length + 1)..], sample.Images[index].Bytes);
        }

        files.Add("json", SampleJson.Write(sample));
        WriteTo(output, sample.Key, files);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private static void WriteTo(Stream output, string key, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        string last = key[(key.LastIndexOf('/') + 1)..];
        if (last.Length == 0 || last.Contains('.') || key.StartsWith('/') || key.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new ArgumentException($"'{key}' cannot be a key: a relative path was expected, whose last part has no dot.");
        }

        foreach ((string extension, ReadOnlyMemory<byte> content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (extension.Length == 0 || extension.Contains('/'))
            {
                throw new ArgumentException($"'{extension}' cannot be an extension of sample {key}.");
            }

            TarFormat.Write(output, $"{key}.{extension}", content.Span);
        }
    }

    private static void CheckKey(string key)
    {
        const int longest = 80;
        if (key.Length is 0 or > longest || key.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
        {
            throw new ArgumentException(
                $"'{key}' cannot be the key of a sample: 1 to {longest} letters, digits, '-' and '_' were expected.");
        }
    }
}
