using Magma.Torch.Native;
using TorchSharp;

namespace Magma.Torch;

/// <summary>A run of bytes that tensors are views of.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="DType">The element type of its tensors; null when each tensor says its own.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record PyTorchStorage(string Key, string? DType, long Bytes);

/// <summary>Where the bytes of storages are; one way for each layout.</summary>
internal abstract class PyTorchStorages(MappedFile file) : IDisposable
{
    protected MappedFile File => file;

    /// <summary>Called when the pickle mentions a storage.</summary>
    /// <exception cref="InvalidDataException">The file cannot hold it.</exception>
    public abstract void Expect(PyTorchStorage storage);

    /// <summary>The elements of a storage in a row; the caller disposes it.</summary>
    public torch.Tensor Load(PyTorchStorage storage, string type)
    {
        long[] shape = [storage.Bytes / PyTorchTypes.SizeOf(type)];
        return PyTorchTypes.Direct(type) is { } direct
            ? Load(storage, direct, shape)
            : Widening.Tensor(type, BytesOf(storage), shape, $"the storage '{storage.Key}'");
    }

    public virtual void Dispose() => file.Dispose();

    protected abstract torch.Tensor Load(PyTorchStorage storage, torch.ScalarType type, long[] shape);

    protected abstract ReadOnlySpan<byte> BytesOf(PyTorchStorage storage);
}
