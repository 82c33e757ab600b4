using Microsoft.ML.OnnxRuntime;

namespace Magma.Onnx;

/// <summary>A value for one input of a model: memory of the caller, read in place while the model runs and never copied.</summary>
public sealed class OnnxInput
{
    private readonly Func<OrtValue> _pin;

    private OnnxInput(string name, OnnxElementType type, long[] shape, Func<OrtValue> pin)
    {
        Name = name;
        Type = type;
        Shape = shape;
        _pin = pin;
    }

    /// <summary>The input's name in the model.</summary>
    public string Name { get; }

    /// <summary>The number format.</summary>
    public OnnxElementType Type { get; }

    /// <summary>The size of every dimension, outermost first.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Names a block of numbers as an input.</summary>
    /// <param name="name">The input's name in the model.</param>
    /// <param name="data">The numbers, row-major; at least as many as the shape holds, the rest is ignored.</param>
    /// <param name="shape">The size of every dimension, outermost first; none for a scalar.</param>
    /// <exception cref="ArgumentException">Too few numbers for the shape, a negative size, or an element type that models do not have.</exception>
    public static OnnxInput Create<T>(string name, Memory<T> data, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        OnnxElementType type = OnnxElementTypes.Of<T>();
        if (type == OnnxElementType.Unsupported)
            throw new ArgumentException($"Input '{name}': models have no tensors of {typeof(T).Name}.");
        long[] sizes = shape.ToArray();
        Int128 count = 1;
        foreach (long size in sizes)
        {
            if (size < 0)
                throw new ArgumentException($"Input '{name}': the shape [{string.Join(", ", sizes)}] has a negative size.");
            count *= size;
        }
        if (count > data.Length)
            throw new ArgumentException($"Input '{name}': the shape [{string.Join(", ", sizes)}] needs {count} numbers, {data.Length} were given.");
        Memory<T> used = data[..(int)count];
        return new OnnxInput(name, type, sizes, () => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, used, sizes));
    }

    /// <summary>For example <c>images: Float32 [1, 3, 640, 640]</c>.</summary>
    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Shape)}]";

    internal OrtValue Pin() => _pin();
}
