using TorchSharp;

namespace Magma.Torch;

/// <summary>Element types of PyTorch files under the names of safetensors, and the one that safetensors lacks.</summary>
internal static class PyTorchTypes
{
    private const string ComplexOfDoubles = "C128";

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(string type) => type == ComplexOfDoubles ? 16 : SafetensorsTypes.Bits[type] / 8;

    /// <summary>The type of the same bytes in libtorch, or null where it has none.</summary>
    public static torch.ScalarType? Direct(string type) =>
        type == ComplexOfDoubles ? torch.ScalarType.ComplexFloat64 : SafetensorsTypes.Direct(type);
}
