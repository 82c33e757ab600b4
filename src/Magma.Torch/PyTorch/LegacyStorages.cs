using System.Buffers.Binary;
using Magma.Torch.Native;
using TorchSharp;

namespace Magma.Torch;

/// <summary>
/// The layout of PyTorch 0.2 to 1.5: four pickles (magic number, version, machine, object), a fifth with the order of the storages, then each
/// storage as its count of elements (int64) and its bytes. Source: <c>_legacy_save</c> in torch/serialization.py.
/// </summary>
internal sealed class LegacyStorages(MappedFile file) : PyTorchStorages(file)
{
    private readonly Dictionary<string, PyTorchStorage> expected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> positions = new(StringComparer.Ordinal);

    public override void Expect(PyTorchStorage storage)
    {
        if (expected.GetValueOrDefault(storage.Key, storage) != storage)
        {
            throw new InvalidDataException($"the storage '{storage.Key}' is given two types or lengths");
        }

        // More bytes than the file has cannot be in it; where they are is known only after the pickles.
        if (storage.Bytes > File.Length)
        {
            throw new InvalidDataException($"the storage '{storage.Key}' is to have {storage.Bytes} bytes in a file of {File.Length}");
        }

        expected[storage.Key] = storage;
    }

    /// <summary>Finds the storages behind the pickles.</summary>
    /// <param name="order">The fifth pickle.</param>
    /// <param name="position">Where it ended.</param>
    public void Locate(object? order, long position)
    {
        if (order is not List<object?> keys)
        {
            throw new InvalidDataException("the order of the storages is no list");
        }

        foreach (var key in keys)
        {
            if (key is not string name || !expected.TryGetValue(name, out var storage))
            {
                throw new InvalidDataException($"the file lists a storage '{key}' that no tensor has");
            }

            if (position > File.Length - 8 || storage.Bytes > File.Length - 8 - position)
            {
                throw new InvalidDataException(
                    $"the file is truncated: the storage '{name}' of {storage.Bytes} bytes begins at {position} of {File.Length}");
            }

            var count = BinaryPrimitives.ReadInt64LittleEndian(File.Bytes(position, 8));
            var elements = storage.Bytes / (storage.DType is { } type ? PyTorchTypes.SizeOf(type) : 1);
            if (count != elements)
            {
                throw new InvalidDataException($"the storage '{name}' is to have {elements} elements, but {count} stand before its bytes");
            }

            positions[name] = position + 8;
            position += 8 + storage.Bytes;
        }

        if (expected.Keys.FirstOrDefault(key => !positions.ContainsKey(key)) is { } absent)
        {
            throw new InvalidDataException($"the storage '{absent}' is not in the file");
        }
    }

    protected override torch.Tensor Load(PyTorchStorage storage, torch.ScalarType type, long[] shape) =>
        File.Tensor(positions[storage.Key], shape, type);

    protected override ReadOnlySpan<byte> BytesOf(PyTorchStorage storage) =>
        File.Bytes(positions[storage.Key], checked((int)storage.Bytes));
}
