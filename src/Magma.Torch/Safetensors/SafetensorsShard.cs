using Magma.Torch.Native;
using TorchSharp;

namespace Magma.Torch;

/// <summary>One mapped file with its checked header.</summary>
internal sealed class SafetensorsShard : IDisposable
{
    private readonly MappedFile file;
    private readonly Dictionary<string, SafetensorsEntry> entries;

    public SafetensorsShard(string path)
    {
        Path = path;
        file = new(path);
        try
        {
            Header = SafetensorsHeader.Read(file.Length, (position, count) => file.Bytes(position, count).ToArray());
            entries = Header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        }
        catch (InvalidDataException problem)
        {
            file.Dispose();
            throw new InvalidDataException($"{path}: {problem.Message}", problem);
        }
    }

    public string Path { get; }

    public SafetensorsHeader Header { get; }

    public SafetensorsEntry? Find(string name) => entries.GetValueOrDefault(name);

    public torch.Tensor Load(SafetensorsEntry entry)
    {
        var position = Header.DataStart + entry.Begin;
        long[] shape = [.. entry.Shape];
        return SafetensorsTypes.Direct(entry.DType) is { } type
            ? file.Tensor(position, shape, type)
            : Widened(entry, file.Bytes(position, checked((int)entry.ByteCount)), shape);
    }

    public void Dispose() => file.Dispose();

    // libtorch 1.13 has no such types; these hold every value of theirs.
    private torch.Tensor Widened(SafetensorsEntry entry, ReadOnlySpan<byte> bytes, long[] shape) => entry.DType switch
    {
        "F8_E5M2" => torch.tensor(SmallFloats.FromE5M2(bytes), shape),
        "F8_E4M3" => torch.tensor(SmallFloats.FromE4M3(bytes), shape),
        "U16" => torch.tensor(Wide.UInt16(bytes), shape),
        "U32" => torch.tensor(Wide.UInt32(bytes), shape),
        "U64" => torch.tensor(Wide.UInt64(bytes, $"{Path}: '{entry.Name}'"), shape),
        _ => throw new InvalidDataException($"{Path}: '{entry.Name}' is {entry.DType}, which no tensor here can hold"),
    };
}
