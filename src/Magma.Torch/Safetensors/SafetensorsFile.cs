using TorchSharp;

namespace Magma.Torch;

/// <summary>
/// Reads safetensors: one file, or several shards with an index. The files are mapped, and tensors lie in the map: opening reads only the
/// headers, loading copies nothing. Tensors stay valid after this object is disposed. Source: the safetensors project's README; the index
/// is Hugging Face's <c>model.safetensors.index.json</c>.
/// </summary>
public sealed class SafetensorsFile : ITensorFile
{
    internal const string SingleName = "model.safetensors";
    internal const string IndexName = "model.safetensors.index.json";

    private readonly List<SafetensorsShard> shards = [];
    private readonly Dictionary<string, (SafetensorsShard Shard, SafetensorsEntry Entry)> tensors = new(StringComparer.Ordinal);

    private SafetensorsFile()
    {
    }

    /// <summary>What the files say of their tensors, by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; private set; } = new Dictionary<string, SafetensorsEntry>();

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>The free text pairs of the header; of the first shard where there are several.</summary>
    public IReadOnlyDictionary<string, string> Metadata => shards.Count > 0 ? shards[0].Header.Metadata : new Dictionary<string, string>();

    /// <summary>Opens and checks a <c>.safetensors</c> file, an index, or a folder with <c>model.safetensors</c> or its index.</summary>
    /// <exception cref="InvalidDataException">
    /// A file breaks a rule of the format, or index and shards disagree; the message names the file.
    /// </exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            var index = Path.Combine(path, IndexName);
            path = File.Exists(index) ? index : Path.Combine(path, SingleName);
        }

        var file = new SafetensorsFile();
        try
        {
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                file.AddSharded(path);
            }
            else
            {
                file.AddAll(path);
            }

            file.Entries = file.tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Entry, StringComparer.Ordinal);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorEntry? Find(string name) => tensors.TryGetValue(name, out var found) ? found.Entry : null;

    /// <summary>
    /// The tensor of that name on the CPU; the caller disposes it. It lies in the mapped file (writing to it does not change the file).
    /// Types that libtorch lacks become wider ones of the same values: F8 half, U16 int32, U32 and U64 int64.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or no tensor can hold its type.</exception>
    public torch.Tensor Load(string name)
    {
        var (shard, entry) = Located(name);
        return shard.Load(entry);
    }

    /// <summary>The numbers of a tensor of F16 or F32, row-major, copied; unlike tensors they need no libtorch.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or its numbers are of another type.</exception>
    public float[] Singles(string name)
    {
        var (shard, entry) = Located(name);
        return shard.Singles(entry);
    }

    /// <summary>All tensors by name, as <see cref="Load"/> gives them; the caller disposes them.</summary>
    public Dictionary<string, torch.Tensor> LoadAll() => tensors.Keys.ToDictionary(name => name, Load, StringComparer.Ordinal);

    /// <summary>Closes the files; tensors that were loaded keep their memory.</summary>
    public void Dispose() => shards.ForEach(shard => shard.Dispose());

    private (SafetensorsShard Shard, SafetensorsEntry Entry) Located(string name) =>
        tensors.TryGetValue(name, out var found)
            ? found
            : throw new InvalidDataException($"there is no tensor '{name}' in {string.Join(", ", shards.Select(shard => shard.Path))}");

    private SafetensorsShard Add(string path)
    {
        var shard = new SafetensorsShard(path);
        shards.Add(shard);
        return shard;
    }

    private void AddAll(string path)
    {
        var shard = Add(path);
        foreach (var entry in shard.Header.Entries)
        {
            tensors.Add(entry.Name, (shard, entry));
        }
    }

    private void AddSharded(string indexPath)
    {
        var map = ShardIndex.Read(indexPath);
        var folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
        foreach (var names in map.GroupBy(entry => entry.Value, entry => entry.Key))
        {
            var shard = Add(Path.Combine(folder, names.Key));
            var absent = names.Where(name => shard.Find(name) is null).ToList();
            var unnamed = shard.Header.Entries.Select(entry => entry.Name).Where(name => map.GetValueOrDefault(name) != names.Key).ToList();
            if (absent.Count + unnamed.Count > 0)
            {
                throw new InvalidDataException(
                    $"{indexPath} and {shard.Path} disagree: "
                    + $"the shard lacks [{string.Join(", ", absent)}], the index lacks [{string.Join(", ", unnamed)}]");
            }

            foreach (var name in names)
            {
                tensors.Add(name, (shard, shard.Find(name)!));
            }
        }
    }
}
