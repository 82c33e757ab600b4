namespace Magma.Torch;

/// <summary>What a name that a pickle may mention stands for.</summary>
internal enum GlobalKind
{
    OrderedDictionary,
    StorageType,
    ElementType,
    Size,
    Device,
    Encode,
    Rebuild,
    RebuildOfType,
    Parameter,
}

/// <summary>A name that a pickle mentions.</summary>
/// <param name="Name">Module and name, such as "torch.FloatStorage".</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="DType">Element type of storages and types, as safetensors spells it; null for storages without one.</param>
internal sealed record PyTorchGlobal(string Name, GlobalKind Kind, string? DType = null)
{
    public override string ToString() => Name;
}

/// <summary>The names that checkpoints need. Nothing else is looked up, so no pickle can reach any code but ours.</summary>
internal static class PyTorchGlobals
{
    private const int LongestName = 120;

    private static readonly Dictionary<string, PyTorchGlobal> Allowed = Build().ToDictionary(global => global.Name, StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">The name is not on the list.</exception>
    public static PyTorchGlobal Find(string module, string name) =>
        Allowed.GetValueOrDefault($"{module}.{name}") ?? throw new InvalidDataException(
            $"the pickle asks for '{Printable($"{module}.{name}")}', which no tensor needs; nothing was run. "
            + "Only tensors, numbers, texts, lists and dictionaries are read: save the model's state_dict() alone");

    private static IEnumerable<PyTorchGlobal> Build()
    {
        yield return new("collections.OrderedDict", GlobalKind.OrderedDictionary);
        yield return new("torch.Size", GlobalKind.Size);
        yield return new("torch.device", GlobalKind.Device);
        yield return new("_codecs.encode", GlobalKind.Encode);
        yield return new("torch._utils._rebuild_tensor", GlobalKind.Rebuild);
        yield return new("torch._utils._rebuild_tensor_v2", GlobalKind.Rebuild);
        yield return new("torch._utils._rebuild_tensor_v3", GlobalKind.RebuildOfType);
        yield return new("torch._utils._rebuild_parameter", GlobalKind.Parameter);
        yield return new("torch._utils._rebuild_parameter_with_state", GlobalKind.Parameter);
        yield return new("torch.storage.UntypedStorage", GlobalKind.StorageType);
        yield return new("torch.storage._UntypedStorage", GlobalKind.StorageType);
        (string Storage, string Type, string DType)[] types =
        [
            ("Float", "float32", "F32"), ("Double", "float64", "F64"), ("Half", "float16", "F16"), ("BFloat16", "bfloat16", "BF16"),
            ("Char", "int8", "I8"), ("Byte", "uint8", "U8"), ("Short", "int16", "I16"), ("Int", "int32", "I32"), ("Long", "int64", "I64"),
            ("Bool", "bool", "BOOL"), ("ComplexFloat", "complex64", "C64"), ("ComplexDouble", "complex128", "C128"),
            ("", "uint16", "U16"), ("", "uint32", "U32"), ("", "uint64", "U64"), ("", "float8_e4m3fn", "F8_E4M3"), ("", "float8_e5m2", "F8_E5M2"),
        ];
        foreach (var (storage, type, name) in types)
        {
            yield return new($"torch.{type}", GlobalKind.ElementType, name);
            if (storage.Length > 0)
            {
                yield return new($"torch.{storage}Storage", GlobalKind.StorageType, name);
            }
        }
    }

    // A hostile name must neither fill nor steer the user's terminal.
    private static string Printable(string name) =>
        new([.. name.Take(LongestName).Select(character => char.IsControl(character) ? '?' : character)]);
}
