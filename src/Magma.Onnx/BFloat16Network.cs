using System.Collections;
using System.Runtime.InteropServices;
using Magma.Onnx.Graph;
using Magma.Onnx.Native;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Magma.Onnx;

/// <summary>Convolutions in bfloat16 by oneDNN, for one picture at a time. Several threads may run it at the same time.</summary>
internal sealed class BFloat16Network : IDisposable
{
    private readonly DnnNetworkHandle _network;

    // The results' names, in the order in which the network numbers them.
    private readonly string[] _names;

    private BFloat16Network(DnnNetworkHandle network, string[] names) => (_network, _names) = (network, names);

    /// <summary>Takes the part of a graph that can run so out of it; null where there is none, or the processor cannot.</summary>
    /// <param name="graph">Its convolutions have absorbed what follows them. It keeps the rest, or no operators at all.</param>
    /// <param name="threads">Threads of one run; one per core when null.</param>
    public static unsafe BFloat16Network? Take(OnnxGraph graph, int? threads)
    {
        if (!DnnNative.Can || BFloat16Part.Take(graph) is not { } part) return null;
        var pins = new List<GCHandle>();
        try
        {
            nint Pin(float[]? numbers)
            {
                if (numbers is null) return 0;
                pins.Add(GCHandle.Alloc(numbers, GCHandleType.Pinned));
                return pins[^1].AddrOfPinnedObject();
            }

            DnnStep[] steps = [.. part.Steps.Select(step => ToNative(step, Pin))];
            int[] results = [.. part.Results.Select(one => one.Map)];
            DnnNative.Check(
                DnnNative.NetworkNew(steps, steps.Length, results, results.Length, part.Channels, threads ?? Environment.ProcessorCount, out DnnNetworkHandle network),
                $"building a network of {steps.Length} steps");
            return new BFloat16Network(network, [.. part.Results.Select(one => one.Name)]);
        }
        finally
        {
            foreach (GCHandle pin in pins) pin.Free();
        }
    }

    /// <summary>Runs the network.</summary>
    /// <param name="picture">[1, channels, height, width], 32-bit floating point.</param>
    /// <returns>What it gives; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is more than one picture, or it is too small.</exception>
    public unsafe BFloat16Maps Run(OrtValue picture)
    {
        long[] shape = picture.GetTensorTypeAndShape().Shape;
        if (shape[0] != 1) throw new ArgumentException($"{shape[0]} pictures were given; in bfloat16, networks take one at a time.");
        fixed (float* numbers = picture.GetTensorDataAsSpan<float>())
        {
            DnnNative.Check(DnnNative.NetworkRun(_network, (int)shape[2], (int)shape[3], (nint)numbers, out nint result), $"running on {shape[3]}×{shape[2]} pixels");
            return new BFloat16Maps(new DnnResultHandle(_network, result), _names);
        }
    }

    public void Dispose() => _network.Dispose();

    private static DnnStep ToNative(BFloat16Step step, Func<float[]?, nint> pin) => new()
    {
        Operation = (int)step.Operation,
        Input = step.Input,
        Other = step.Other,
        Outputs = step.Outputs,
        Groups = step.Groups,
        KernelHeight = step.Kernel.Height,
        KernelWidth = step.Kernel.Width,
        StrideHeight = step.Stride.Height,
        StrideWidth = step.Stride.Width,
        Top = step.Padding.Top,
        Left = step.Padding.Left,
        Bottom = step.Padding.Bottom,
        Right = step.Padding.Right,
        Activation = (int)step.Activation,
        Alpha = step.Alpha,
        Beta = step.Beta,
        Weights = pin(step.Weights),
        Bias = pin(step.Bias),
    };
}

/// <summary>What a network in bfloat16 gave, as 32-bit floating point, [1, channels, height, width], in the network's memory until this is disposed.</summary>
internal sealed class BFloat16Maps : IDisposableReadOnlyCollection<OrtValue>
{
    private readonly DnnResultHandle _result;
    private readonly List<OrtValue> _values = [];
    private readonly string[] _names;

    public BFloat16Maps(DnnResultHandle result, string[] names)
    {
        (_result, _names) = (result, names);
        Span<int> shape = stackalloc int[3];
        for (int at = 0; at < names.Length; at++)
        {
            DnnNative.Check(DnnNative.ResultMap(result, at, out nint numbers, shape), $"taking the map '{names[at]}'");
            long count = (long)shape[0] * shape[1] * shape[2];
            _values.Add(OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [1, shape[0], shape[1], shape[2]], numbers, count * sizeof(float)));
        }
    }

    public IReadOnlyDictionary<string, OrtValue> ByName => _names.Zip(_values).ToDictionary(StringComparer.Ordinal);

    public int Count => _values.Count;

    public OrtValue this[int index] => _values[index];

    public IEnumerator<OrtValue> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (OrtValue value in _values) value.Dispose();
        _result.Dispose();
    }
}
