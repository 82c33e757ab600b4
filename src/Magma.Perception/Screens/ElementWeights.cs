using Magma.Onnx;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>Files of trained element detectors: safetensors, half precision, normalisations worked in.</summary>
public static class ElementWeights
{
    /// <summary>The weights that come with this library.</summary>
    public static string Bundled { get; } = Path.Combine(AppContext.BaseDirectory, "screens", "elements.safetensors");

    /// <summary>Writes what a network in training has learned; a file that is there is replaced when all is written.</summary>
    public static void Save(string path, ElementNetwork network)
    {
        Dictionary<string, Tensor> folded = network.Fold();
        try
        {
            using DisposeScope scope = NewDisposeScope();
            SafetensorsWriter.Write(path, folded.ToDictionary(one => one.Key, one => one.Value.to(float16), StringComparer.Ordinal));
        }
        finally
        {
            foreach (Tensor tensor in folded.Values) tensor.Dispose();
        }
    }

    /// <summary>Opens a trained network for use, in ONNX Runtime: libtorch, which it was trained on, takes more memory than all networks of the parser.</summary>
    /// <param name="path">The weights.</param>
    /// <param name="options">How it runs; on the processor with one thread per core when null.</param>
    /// <returns>A network of one input, [1, 3, height, width], and one output, as <see cref="ElementNetwork.forward"/> has them.</returns>
    /// <exception cref="InvalidDataException">The file is no such thing; the message lists what does not fit.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxSession Open(string path, OnnxOptions? options = null)
    {
        var network = new OnnxNetwork(channels: 3);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Check(file, path);
        return network.Open(ElementArchitecture.Run(new Maps(network, file), OnnxNetwork.Input), path, options);
    }

    private static void Check(SafetensorsFile file, string path)
    {
        Dictionary<string, long[]> expected = ElementArchitecture.Layers
            .SelectMany(layer => new[] { ($"{layer.Name}.weight", ShapeOf(layer)), ($"{layer.Name}.bias", [layer.Outputs]) })
            .ToDictionary(StringComparer.Ordinal);
        string[] problems =
        [
            .. expected.Keys.Where(name => file.Find(name) is null).Select(name => $"{name} is missing"),
            .. file.Names.Where(name => !expected.ContainsKey(name)).Select(name => $"{name} is unknown"),
            .. expected.Where(one => file.Find(one.Key) is { } found && !found.Shape.SequenceEqual(one.Value))
                .Select(one => $"{one.Key} is [{string.Join(", ", file.Find(one.Key)!.Shape)}] instead of [{string.Join(", ", one.Value)}]"),
        ];
        if (problems.Length > 0)
            throw new InvalidDataException($"{path} holds no weights of an element detector: {string.Join("; ", problems)}");
    }

    private static long[] ShapeOf(ElementLayer layer) => [layer.Outputs, layer.Inputs, layer.Kernel, layer.Kernel];

    // Maps by their names in the network that is being written.
    private sealed class Maps(OnnxNetwork network, SafetensorsFile file) : IElementMaps<string>
    {
        public string Convolve(ElementLayer layer, string map)
        {
            string plain = network.Convolve(
                layer.Name, map, ShapeOf(layer), file.Singles($"{layer.Name}.weight"), file.Singles($"{layer.Name}.bias"), layer.Stride, layer.Padding);
            return layer.Rectified ? network.Rectify(plain) : plain;
        }

        public string AddRectified(string map, string other) => network.Rectify(network.Add(map, other));

        public string Double(string map) => network.Double(map);
    }
}
