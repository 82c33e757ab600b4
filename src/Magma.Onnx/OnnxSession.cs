using System.Runtime.InteropServices;
using Magma.Onnx.Graph;
using Microsoft.ML.OnnxRuntime;

namespace Magma.Onnx;

/// <summary>A loaded ONNX model. Several threads may run it at the same time. Dispose it to free its weights.</summary>
public sealed class OnnxSession : IDisposable
{
    // Files of protocol buffers end at 2 GiB.
    private const long LargestFolded = 1L << 30;

    private static int s_live;

    // What computes the first part of the model, and what the rest; either may be all of it.
    private readonly BFloat16Network? _front;
    private readonly InferenceSession? _session;
    private readonly string[] _outputNames;
    private int _disposed;

    /// <summary>Loads a model and prepares it to run.</summary>
    /// <param name="path">The <c>.onnx</c> file. Weights in files beside it are read too; files outside its folder are refused.</param>
    /// <param name="options">How it runs; on the processor with one thread per core when null.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no valid model, or uses operators that the runtime does not have.</exception>
    /// <exception cref="IOException">CUDA was asked for and cannot be used; the message says what is missing.</exception>
    public OnnxSession(string path, OnnxOptions? options = null)
        : this(path, options ??= new OnnxOptions(), Read(path, options))
    {
    }

    // A model in memory; without one, the runtime reads the file.
    internal OnnxSession(string path, OnnxOptions options, OnnxGraph? graph)
    {
        ModelPath = path;
        if (options.Threads is < 1)
            throw new ArgumentException($"{options.Threads} threads were asked for; at least 1 is needed.");
        OnnxEnvironment.Get();
        using SessionOptions native = ToNative(options);
        try
        {
            if (graph is null)
            {
                _session = new InferenceSession(path, native);
                (Inputs, Outputs) = (Ports(_session.InputNames, _session.InputMetadata), Ports(_session.OutputNames, _session.OutputMetadata));
                Metadata = _session.ModelMetadata.CustomMetadataMap;
            }
            else
            {
                (Inputs, Outputs, Metadata) = (graph.Inputs, graph.Outputs, graph.Metadata);
                _front = options is { BFloat16: true, Device: OnnxDevice.Cpu } ? BFloat16Network.Take(graph, options.Threads) : null;
                if (options.Fold) ConvolutionFolding.WriteSwishes(graph);
                if (graph.Nodes.Count > 0) _session = new InferenceSession(graph.ToBytes(), native);
            }
        }
        catch (OnnxRuntimeException e)
        {
            _front?.Dispose();
            throw new InvalidDataException($"{path} cannot be used as a model: {e.Message}", e);
        }

        _outputNames = [.. Outputs.Select(port => port.Name)];
        Interlocked.Increment(ref s_live);
        if (graph is null) return;
        graph = null;
        // Several copies of the weights are garbage now, and what parses screens makes so little that the runtime would keep them for long.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>How many sessions exist that were not disposed; for leak tests.</summary>
    public static int LiveCount => Volatile.Read(ref s_live);

    /// <summary>The file the model came from.</summary>
    public string ModelPath { get; }

    /// <summary>The inputs that must be given to every run, in the model's order.</summary>
    public IReadOnlyList<OnnxPort> Inputs { get; }

    /// <summary>The outputs of every run, in the model's order.</summary>
    public IReadOnlyList<OnnxPort> Outputs { get; }

    /// <summary>The notes that the model's maker left in the file, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">One value for every input, in any order.</param>
    /// <returns>All outputs; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">An input is missing, unknown, given twice, or does not have the declared type and shape.</exception>
    /// <exception cref="InvalidDataException">The model failed on these inputs, for example because free sizes do not fit together.</exception>
    public OnnxOutputs Run(params ReadOnlySpan<OnnxInput> inputs)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        Check(inputs);
        var values = new Dictionary<string, OrtValue>(inputs.Length);
        try
        {
            foreach (OnnxInput input in inputs)
                values.Add(input.Name, input.Pin());
            if (_front is null) return new OnnxOutputs(ModelPath, Outputs, Finish(values));
            BFloat16Maps maps = _front.Run(values[Inputs[0].Name]);
            if (_session is null) return new OnnxOutputs(ModelPath, Outputs, maps);
            using (maps) return new OnnxOutputs(ModelPath, Outputs, Finish(maps.ByName));
        }
        catch (Exception e) when (e is OnnxRuntimeException or ExternalException)
        {
            throw new InvalidDataException($"{ModelPath} failed on {string.Join("; ", inputs.ToArray().Select(input => input.ToString()))}: {e.Message}", e);
        }
        finally
        {
            foreach (OrtValue value in values.Values)
                value.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _session?.Dispose();
        _front?.Dispose();
        Interlocked.Decrement(ref s_live);
    }

    private IDisposableReadOnlyCollection<OrtValue> Finish(IReadOnlyDictionary<string, OrtValue> inputs)
    {
        using var run = new RunOptions();
        return _session!.Run(run, inputs, _outputNames);
    }

    private void Check(ReadOnlySpan<OnnxInput> inputs)
    {
        foreach (OnnxInput input in inputs)
        {
            OnnxPort port = Inputs.FirstOrDefault(port => port.Name == input.Name)
                ?? throw new ArgumentException($"{ModelPath} has no input '{input.Name}'; it has {string.Join("; ", Inputs)}.");
            if (!port.Accepts(input.Type, [.. input.Shape]))
                throw new ArgumentException($"{ModelPath} expects {port}; given was {input}.");
        }
        foreach (OnnxPort port in Inputs)
        {
            int given = 0;
            foreach (OnnxInput input in inputs)
                given += input.Name == port.Name ? 1 : 0;
            if (given != 1)
                throw new ArgumentException($"{ModelPath} needs the input {port} once; it was given {given} times.");
        }
    }

    // The file with its convolutions folded; null where the runtime can read it as it is.
    private static OnnxGraph? Read(string path, OnnxOptions options)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model at {path}.", path);
        bool folds = options.Fold || options.BFloat16;
        if (!folds || new FileInfo(path).Length > LargestFolded || OnnxGraph.TryRead(File.ReadAllBytes(path)) is not { } graph) return null;
        ConvolutionFolding.Absorb(graph);
        return graph;
    }

    private static SessionOptions ToNative(OnnxOptions options)
    {
        // A memory pattern is a second block as large as all activations, for every shape that comes twice; shapes here differ from run to run.
        var native = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, EnableMemoryPattern = false };
        native.AddSessionConfigEntry("session.use_env_allocators", "1");
        // Several networks run beside each other here: a thread that waits for its next operator takes the processor from another network's.
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (options.Threads is int threads)
            native.IntraOpNumThreads = threads;
        if (options.Device == OnnxDevice.Cpu)
            return native;
        try
        {
            if (OnnxEnvironment.CudaObstacle() is string obstacle)
                throw new IOException($"CUDA was asked for, but {obstacle}.");
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new Dictionary<string, string> { ["cudnn_conv_algo_search"] = "DEFAULT", ["use_tf32"] = "0" });
            native.AppendExecutionProvider_CUDA(cuda);
            return native;
        }
        catch (OnnxRuntimeException e)
        {
            native.Dispose();
            throw new IOException($"CUDA was asked for, but ONNX Runtime cannot use it: {e.Message}", e);
        }
        catch
        {
            native.Dispose();
            throw;
        }
    }

    private static OnnxPort[] Ports(IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        [.. names.Select(name => ToPort(name, metadata[name]))];

    private static OnnxPort ToPort(string name, NodeMetadata node)
    {
        if (!node.IsTensor)
            return new OnnxPort(name, OnnxElementType.Unsupported, []);
        IEnumerable<string> dimensions = node.Dimensions.Select((size, i) =>
            size >= 0 ? size.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : node.SymbolicDimensions[i] is { Length: > 0 } symbol ? symbol : "?");
        return new OnnxPort(name, OnnxElementTypes.From(node.ElementDataType), [.. dimensions]);
    }
}
