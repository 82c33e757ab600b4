using TorchSharp;

namespace Magma.Torch;

/// <summary>The weights of a checkpoint in PyTorch files: one file, or Hugging Face's shards with an index.</summary>
public sealed class PyTorchCheckpoint : ITensorFile
{
    internal const string SingleName = "pytorch_model.bin";
    internal const string IndexEnding = ".bin.index.json";
    internal const string IndexName = "pytorch_model" + IndexEnding;

    private readonly List<PyTorchFile> files = [];
    private readonly Dictionary<string, PyTorchTensor> tensors = new(StringComparer.Ordinal);
    private readonly string path;

    private PyTorchCheckpoint(string path) => this.path = path;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>Opens a file, or an index (<c>pytorch_model.bin.index.json</c>) with its shards.</summary>
    /// <exception cref="InvalidDataException">A file is refused, has no state dictionary, or disagrees with the index.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static PyTorchCheckpoint Open(string path)
    {
        var checkpoint = new PyTorchCheckpoint(path);
        try
        {
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                checkpoint.AddSharded(path);
            }
            else
            {
                checkpoint.Add(path, names: null);
            }

            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorEntry? Find(string name) =>
        tensors.TryGetValue(name, out var tensor) ? new(name, tensor.DType, tensor.Shape) : null;

    /// <inheritdoc/>
    public torch.Tensor Load(string name) => tensors.TryGetValue(name, out var tensor)
        ? tensor.Load()
        : throw new InvalidDataException($"there is no tensor '{name}' in {path}");

    /// <summary>Closes the files; tensors that were loaded keep their memory.</summary>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private void Add(string name, IReadOnlyCollection<string>? names)
    {
        var file = PyTorchFile.Open(name);
        files.Add(file);
        if (file.StateDict.Count == 0)
        {
            throw new InvalidDataException($"{name} holds no state dictionary: no tensors by name");
        }

        // A shard may hold more names than the index gives it, when tensors are tied.
        string[] absent = [.. (names ?? []).Where(wanted => !file.StateDict.ContainsKey(wanted))];
        if (absent.Length > 0)
        {
            throw new InvalidDataException($"{path} and {name} disagree: the shard lacks [{string.Join(", ", absent)}]");
        }

        foreach (var wanted in names ?? file.StateDict.Keys)
        {
            tensors.Add(wanted, file.StateDict[wanted]);
        }
    }

    private void AddSharded(string index)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        foreach (var names in ShardIndex.Read(index).GroupBy(entry => entry.Value, entry => entry.Key))
        {
            Add(Path.Combine(folder, names.Key), [.. names]);
        }
    }
}
