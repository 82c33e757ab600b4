using TorchSharp;

namespace Magma.Torch;

/// <summary>A tensor as a safetensors header names it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its type as written, such as "BF16".</param>
/// <param name="Shape">Its shape; empty for a single number.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where they end.</param>
public sealed record SafetensorsEntry(string Name, string DType, IReadOnlyList<long> Shape, long Begin, long End)
    : TensorEntry(Name, DType, Shape)
{
    /// <summary>How many bytes it takes.</summary>
    public long ByteCount => End - Begin;
}

/// <summary>The element types of the format, and what a tensor of each becomes here.</summary>
internal static class SafetensorsTypes
{
    /// <summary>Bits of one element, by the name in the file.</summary>
    public static IReadOnlyDictionary<string, int> Bits { get; } = new Dictionary<string, int>
    {
        ["BOOL"] = 8,
        ["F4"] = 4,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["U8"] = 8,
        ["I8"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E4M3"] = 8,
        ["F8_E8M0"] = 8,
        ["F8_E5M2FNUZ"] = 8,
        ["F8_E4M3FNUZ"] = 8,
        ["I16"] = 16,
        ["U16"] = 16,
        ["F16"] = 16,
        ["BF16"] = 16,
        ["I32"] = 32,
        ["U32"] = 32,
        ["F32"] = 32,
        ["C64"] = 64,
        ["F64"] = 64,
        ["I64"] = 64,
        ["U64"] = 64,
    };

    /// <summary>The type of the same bytes in libtorch, or null where it has none.</summary>
    public static torch.ScalarType? Direct(string name) => name switch
    {
        "BOOL" => torch.ScalarType.Bool,
        "U8" => torch.ScalarType.Byte,
        "I8" => torch.ScalarType.Int8,
        "I16" => torch.ScalarType.Int16,
        "I32" => torch.ScalarType.Int32,
        "I64" => torch.ScalarType.Int64,
        "F16" => torch.ScalarType.Float16,
        "BF16" => torch.ScalarType.BFloat16,
        "F32" => torch.ScalarType.Float32,
        "F64" => torch.ScalarType.Float64,
        "C64" => torch.ScalarType.ComplexFloat32,
        _ => null,
    };

    /// <summary>The name in the file of a type that can be written.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static string NameOf(torch.ScalarType type) =>
        Bits.Keys.FirstOrDefault(name => Direct(name) == type) ?? throw new ArgumentException($"safetensors has no element type {type}");
}
