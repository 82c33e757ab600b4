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

    /// <summary>Reads a trained network.</summary>
    /// <exception cref="InvalidDataException">The file is no such thing; the message lists what does not fit.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ElementNetwork Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ElementNetwork network = new ElementNetwork(normalized: false).With(file.LoadAll(), $"{path} holds no weights of an element detector");
        network.eval();
        return network;
    }
}
