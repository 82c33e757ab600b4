using System.Globalization;
using Magma.Torch;
using static TorchSharp.torch;

namespace Magma.Training;

/// <summary>
/// A run's state in one safetensors file: the network under <c>model.</c>, what the optimiser remembers under the names of
/// <see cref="TrainingOptimizer.Memory"/>, the steps done in the header.
/// </summary>
public static class TrainingCheckpoint
{
    private const string StepName = "step";

    /// <summary>Where the checkpoint of a folder lies.</summary>
    public static string PathOf(string folder) => Path.Combine(folder, "checkpoint.safetensors");

    /// <summary>Writes the state; a file that is there is replaced when all is written.</summary>
    public static void Save(string path, nn.Module model, TrainingOptimizer optimizer, long step)
    {
        Dictionary<string, Tensor> tensors = TensorsOf(model, optimizer);
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { [StepName] = step.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Reads a state.</summary>
    /// <returns>The steps that it was made by.</returns>
    /// <exception cref="InvalidDataException">The file is broken or of another network.</exception>
    public static long Load(string path, nn.Module model, TrainingOptimizer optimizer)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Dictionary<string, Tensor> tensors = TensorsOf(model, optimizer);
        string[] wrong =
        [
            .. tensors.Where(one => file.Find(one.Key)?.Shape.SequenceEqual(one.Value.shape) != true).Select(one => one.Key),
            .. file.Names.Where(name => !tensors.ContainsKey(name)),
        ];
        if (wrong.Length > 0)
            throw new InvalidDataException($"The checkpoint {path} is of another network; these tensors do not fit: {string.Join(", ", wrong.Order(StringComparer.Ordinal))}.");
        if (!file.Metadata.TryGetValue(StepName, out string? text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            throw new InvalidDataException($"The checkpoint {path} does not say how many steps it was made by.");
        using IDisposable unrecorded = no_grad();
        foreach ((string name, Tensor tensor) in tensors)
        {
            using Tensor loaded = file.Load(name);
            tensor.copy_(loaded);
        }

        optimizer.ContinueAt(step);
        return step;
    }

    private static Dictionary<string, Tensor> TensorsOf(nn.Module model, TrainingOptimizer optimizer)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in model.state_dict()) tensors.Add($"model.{name}", tensor);
        foreach ((string name, Tensor tensor) in optimizer.Memory) tensors.Add(name, tensor);
        return tensors;
    }
}
