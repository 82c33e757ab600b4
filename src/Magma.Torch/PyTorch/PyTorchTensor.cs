using TorchSharp;

namespace Magma.Torch;

/// <summary>A tensor of a PyTorch file: a view of a storage, not loaded yet. It loads while its file is open.</summary>
public sealed class PyTorchTensor
{
    // A view may repeat elements (stride 0). More than this many is an attack on whoever copies it.
    private const long MostRepeated = 1L << 26;
    private const int MostDimensions = 64;

    private readonly PyTorchStorage storage;
    private readonly PyTorchStorages storages;
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly long offset;

    /// <exception cref="InvalidDataException">The view is malformed or reaches beyond its storage.</exception>
    internal PyTorchTensor(PyTorchStorages storages, PyTorchStorage storage, string type, long offset, long[] shape, long[] strides)
    {
        this.storages = storages;
        this.storage = storage;
        this.shape = shape;
        this.strides = strides;
        this.offset = offset;
        DType = type;
        Check(storage.Bytes / PyTorchTypes.SizeOf(type));
    }

    /// <summary>Its element type as safetensors spells it; "C128" for complex numbers of two doubles.</summary>
    public string DType { get; }

    /// <summary>Its shape.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>
    /// The tensor on the CPU; the caller disposes it. It lies in the mapped file when its storage is neither packed nor out of alignment nor
    /// of a type that libtorch lacks (which becomes a wider one, as in <see cref="SafetensorsFile.Load"/>). Tensors of one storage share it.
    /// </summary>
    /// <exception cref="InvalidDataException">The storage is packed and damaged, or holds a value that no tensor can hold.</exception>
    public torch.Tensor Load()
    {
        using var whole = storages.Load(storage, DType);
        return whole.as_strided(shape, strides, offset);
    }

    private void Check(long elements)
    {
        if (shape.Length != strides.Length || shape.Length > MostDimensions || offset < 0
            || shape.Any(size => size < 0) || strides.Any(stride => stride < 0))
        {
            throw new InvalidDataException(
                $"a tensor of sizes [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}] and offset {offset} cannot be");
        }

        if (shape.Contains(0))
        {
            return;
        }

        Int128 last = offset, count = 1;
        for (var dimension = 0; dimension < shape.Length; dimension++)
        {
            last += (Int128)(shape[dimension] - 1) * strides[dimension];
            // Capped, so that no product of sizes can go round.
            count = Int128.Min(count * shape[dimension], (Int128)1 << 62);
        }

        if (last >= elements)
        {
            throw new InvalidDataException(
                $"a tensor of sizes [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}] and offset {offset} "
                + $"reaches beyond its storage '{storage.Key}' of {elements} elements");
        }

        if (count > elements && count > MostRepeated)
        {
            throw new InvalidDataException(
                $"a tensor of sizes [{string.Join(", ", shape)}] repeats the {elements} elements of its storage; {MostRepeated} are the limit");
        }
    }
}
