using System.Text;

namespace Magma.Torch;

/// <summary>What the names that a pickle may mention make: views of storages, ordered dictionaries, and little else.</summary>
internal sealed class PyTorchObjects(PyTorchStorages storages)
{
    /// <summary>The storage of a persistent id: ("storage", type, key, location, elements), and in old files a sixth entry.</summary>
    public PyTorchStorage Storage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts || parts[0] is not "storage"
            || parts[1] is not PyTorchGlobal { Kind: GlobalKind.StorageType } type
            || parts[2] is not string key || parts[3] is not string || parts[4] is not long elements)
        {
            throw new InvalidDataException("the pickle refers to what is no storage");
        }

        if (parts.Length == 6 && parts[5] is not null)
        {
            throw new InvalidDataException($"the storage '{key}' is a view of another one, as PyTorch before 0.4 wrote them; save it anew");
        }

        var size = type.DType is { } name ? PyTorchTypes.SizeOf(name) : 1;
        if (elements < 0 || elements > long.MaxValue / size)
        {
            throw new InvalidDataException($"the storage '{key}' is to have {elements} elements");
        }

        var storage = new PyTorchStorage(key, type.DType, elements * size);
        storages.Expect(storage);
        return storage;
    }

    /// <summary>The result of a call that the pickle asks for.</summary>
    /// <exception cref="InvalidDataException">The arguments are not those that PyTorch writes.</exception>
    public object? Call(PyTorchGlobal callee, object?[] arguments)
    {
        switch (callee.Kind)
        {
            case GlobalKind.OrderedDictionary when arguments.Length == 0:
                return new PyTorchDictionary();
            case GlobalKind.OrderedDictionary when arguments is [List<object?> pairs]:
                return Dictionary(pairs);
            case GlobalKind.Size when arguments is [object?[] sizes]:
                return sizes;
            case GlobalKind.Device when arguments is [string kind]:
                return kind;
            case GlobalKind.Device when arguments is [string kind, long index]:
                return $"{kind}:{index}";
            // How protocol 2 writes bytes.
            case GlobalKind.Encode when arguments is [string text, "latin1"]:
                return Encoding.Latin1.GetBytes(text);
            case GlobalKind.Rebuild when arguments is [PyTorchStorage { DType: { } type } storage, long offset, object?[] shape, object?[] strides, ..]
                && !HasMetadata(arguments, 6):
                return new PyTorchTensor(storages, storage, type, offset, Numbers(shape), Numbers(strides));
            case GlobalKind.RebuildOfType when arguments is
                [PyTorchStorage storage, long offset, object?[] shape, object?[] strides, _, _, PyTorchGlobal { Kind: GlobalKind.ElementType, DType: { } type }, ..]
                && !HasMetadata(arguments, 7):
                return new PyTorchTensor(storages, storage, type, offset, Numbers(shape), Numbers(strides));
            case GlobalKind.Parameter when arguments is [PyTorchTensor tensor, ..]:
                return tensor;
            default:
                throw new InvalidDataException($"the pickle calls {callee.Name} with arguments that PyTorch does not write");
        }
    }

    // Says that a view is to be read conjugate or negated.
    private static bool HasMetadata(object?[] arguments, int place) =>
        arguments.Length > place && arguments[place] is not (null or PyTorchDictionary { Items.Count: 0 });

    private static PyTorchDictionary Dictionary(List<object?> pairs)
    {
        var dictionary = new PyTorchDictionary();
        foreach (var pair in pairs)
        {
            if (pair is not (object?[] { Length: 2 } or List<object?> { Count: 2 }))
            {
                throw new InvalidDataException("the pickle makes a dictionary of what are no pairs");
            }

            var entry = (IList<object?>)pair;
            dictionary.Set(entry[0], entry[1]);
        }

        return dictionary;
    }

    private static long[] Numbers(object?[] values) => Array.ConvertAll(
        values,
        value => value as long? ?? throw new InvalidDataException($"the pickle has the size '{value}', which is no whole number in range"));
}
