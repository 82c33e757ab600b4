using System.Runtime.InteropServices;
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
            : Widening.Tensor(entry.DType, file.Bytes(position, checked((int)entry.ByteCount)), shape, $"{Path}: '{entry.Name}'");
    }

    public float[] Singles(SafetensorsEntry entry)
    {
        ReadOnlySpan<byte> bytes = file.Bytes(Header.DataStart + entry.Begin, checked((int)entry.ByteCount));
        switch (entry.DType)
        {
            case "F32": return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
            case "F16":
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
                var values = new float[halves.Length];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (float)halves[i];
                }

                return values;
            default: throw new InvalidDataException($"{Path}: '{entry.Name}' is {entry.DType}; F16 or F32 was expected");
        }
    }

    public void Dispose() => file.Dispose();
}
