using Magma.Onnx.Graph;

namespace Magma.Onnx;

/// <summary>
/// A network of convolutions that is written down here instead of read from a file: every method adds an operator and returns the name of what it gives.
/// Maps are 32-bit floating point, [1, channels, height, width], heights and widths free.
/// </summary>
public sealed class OnnxNetwork
{
    // Operators as ONNX 1.8 has them: the first with today's form of all that are used here.
    private const int Version = 13;

    private readonly OnnxGraph _graph;

    /// <summary>Begins a network.</summary>
    /// <param name="channels">Channels of the input, <see cref="Input"/>.</param>
    public OnnxNetwork(int channels) => _graph = OnnxGraph.Create(Version, Input, channels);

    /// <summary>The name of what the network is given.</summary>
    public static string Input => "input";

    /// <summary>A convolution with as many zeros around the map on every side as asked for.</summary>
    /// <param name="name">Its name, and that of what it gives.</param>
    /// <param name="input">The map that it looks at.</param>
    /// <param name="shape">Outputs, inputs, height and width of the kernels.</param>
    /// <param name="weights">The kernels, row-major.</param>
    /// <param name="bias">One number per output.</param>
    /// <param name="stride">What the sides of the map are divided by.</param>
    /// <param name="padding">Zeros on every side.</param>
    public string Convolve(string name, string input, long[] shape, float[] weights, float[] bias, int stride, int padding)
    {
        var node = new OnnxNode("Conv", [input, $"{name}.weight", $"{name}.bias"], [name]);
        _graph.Constants.Add(node.Inputs[1], new OnnxConstant(shape, weights));
        _graph.Constants.Add(node.Inputs[2], new OnnxConstant([bias.Length], bias));
        return Add(node.With("kernel_shape", shape[2], shape[3]).With("strides", stride, stride).With("pads", padding, padding, padding, padding));
    }

    /// <summary>Negative values as zero.</summary>
    public string Rectify(string input) => Add(new OnnxNode("Relu", [input], [$"{input}.rectified"]));

    /// <summary>The sum of two maps of one shape.</summary>
    public string Add(string input, string other) => Add(new OnnxNode("Add", [input, other], [$"{input}.sum"]));

    /// <summary>Every value in a square of two by two.</summary>
    public string Double(string input)
    {
        const string scales = "twice";
        _graph.Constants.TryAdd(scales, new OnnxConstant([4], [1, 1, 2, 2]));
        return Add(new OnnxNode("Resize", [input, "", scales], [$"{input}.double"])
            .With("mode", "nearest").With("coordinate_transformation_mode", "asymmetric").With("nearest_mode", "floor"));
    }

    /// <summary>Loads the network.</summary>
    /// <param name="output">The name of what it gives.</param>
    /// <param name="origin">Where the weights came from, for messages.</param>
    /// <param name="options">How it runs; on the processor with one thread per core when null.</param>
    /// <exception cref="InvalidDataException">The parts do not fit together.</exception>
    public OnnxSession Open(string output, string origin, OnnxOptions? options = null)
    {
        _graph.SetResult(output);
        return new OnnxSession(origin, options ?? new OnnxOptions(), _graph);
    }

    private string Add(OnnxNode node)
    {
        _graph.Nodes.Add(node);
        return node.Outputs[0];
    }
}
