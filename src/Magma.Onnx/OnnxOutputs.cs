using Microsoft.ML.OnnxRuntime;

namespace Magma.Onnx;

/// <summary>What a model returned. It owns the native memory of all outputs: dispose it, and use no span of it afterwards.</summary>
public sealed class OnnxOutputs : IDisposable
{
    private readonly string _model;
    private readonly IReadOnlyList<OnnxPort> _ports;
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;
    private bool _disposed;

    internal OnnxOutputs(string model, IReadOnlyList<OnnxPort> ports, IDisposableReadOnlyCollection<OrtValue> values)
    {
        _model = model;
        _ports = ports;
        _values = values;
    }

    /// <summary>The size of every dimension of an output, outermost first.</summary>
    /// <exception cref="ArgumentException">The model has no such output.</exception>
    public IReadOnlyList<long> Shape(string name) => Value(name, out _).GetTensorTypeAndShape().Shape;

    /// <summary>The numbers of an output, row-major, in native memory that lives until this object is disposed.</summary>
    /// <exception cref="ArgumentException">The model has no such output, or its numbers are of another type.</exception>
    public ReadOnlySpan<T> Get<T>(string name)
        where T : unmanaged
    {
        OrtValue value = Value(name, out OnnxPort port);
        if (port.Type != OnnxElementTypes.Of<T>() || port.Type == OnnxElementType.Unsupported)
            throw new ArgumentException($"{_model}: the output {port} cannot be read as {typeof(T).Name}.");
        return value.GetTensorDataAsSpan<T>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _values.Dispose();
    }

    private OrtValue Value(string name, out OnnxPort port)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (int i = 0; i < _ports.Count; i++)
        {
            if (_ports[i].Name == name)
            {
                port = _ports[i];
                return _values[i];
            }
        }
        throw new ArgumentException($"{_model} has no output '{name}'; it has {string.Join("; ", _ports)}.");
    }
}
