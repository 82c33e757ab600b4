using Microsoft.ML.OnnxRuntime.Tensors;

namespace Magma.Onnx;

/// <summary>The number formats that tensors of a model can have here.</summary>
public enum OnnxElementType
{
    /// <summary>32-bit floating point, <see cref="float"/>.</summary>
    Float32,

    /// <summary>64-bit floating point, <see cref="double"/>.</summary>
    Float64,

    /// <summary>16-bit floating point, <see cref="Microsoft.ML.OnnxRuntime.Float16"/>.</summary>
    Float16,

    /// <summary>16-bit floating point with the exponent of float32, <see cref="Microsoft.ML.OnnxRuntime.BFloat16"/>.</summary>
    BFloat16,

    /// <summary>Signed 64-bit integers, <see cref="long"/>.</summary>
    Int64,

    /// <summary>Signed 32-bit integers, <see cref="int"/>.</summary>
    Int32,

    /// <summary>Unsigned 8-bit integers, <see cref="byte"/>.</summary>
    UInt8,

    /// <summary>Signed 8-bit integers, <see cref="sbyte"/>.</summary>
    Int8,

    /// <summary>Truth values, <see cref="bool"/>.</summary>
    Bool,

    /// <summary>Anything else: text, complex numbers, sequences, maps. Such inputs cannot be given and such outputs not be read here.</summary>
    Unsupported,
}

internal static class OnnxElementTypes
{
    public static OnnxElementType From(TensorElementType type) => type switch
    {
        TensorElementType.Float => OnnxElementType.Float32,
        TensorElementType.Double => OnnxElementType.Float64,
        TensorElementType.Float16 => OnnxElementType.Float16,
        TensorElementType.BFloat16 => OnnxElementType.BFloat16,
        TensorElementType.Int64 => OnnxElementType.Int64,
        TensorElementType.Int32 => OnnxElementType.Int32,
        TensorElementType.UInt8 => OnnxElementType.UInt8,
        TensorElementType.Int8 => OnnxElementType.Int8,
        TensorElementType.Bool => OnnxElementType.Bool,
        _ => OnnxElementType.Unsupported,
    };

    public static OnnxElementType Of<T>()
        where T : unmanaged
        => default(T) switch
        {
            float => OnnxElementType.Float32,
            double => OnnxElementType.Float64,
            Microsoft.ML.OnnxRuntime.Float16 => OnnxElementType.Float16,
            Microsoft.ML.OnnxRuntime.BFloat16 => OnnxElementType.BFloat16,
            long => OnnxElementType.Int64,
            int => OnnxElementType.Int32,
            byte => OnnxElementType.UInt8,
            sbyte => OnnxElementType.Int8,
            bool => OnnxElementType.Bool,
            _ => OnnxElementType.Unsupported,
        };
}
