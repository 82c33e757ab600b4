using Magma.Models.Checkpoints;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;

namespace Magma.Cli.Tests.Models;

/// <summary>A random checkpoint of the tiny shape, made once for all tests of a class.</summary>
public sealed class SmallModel : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SmallModel() => RandomCheckpoint.Write("magma-tiny", Folder, NpmPackages.Llama3Tokenizer, seed: 7, torch.ScalarType.Float32);

    public string Folder => folder["model"];

    public void Dispose() => folder.Dispose();

    /// <summary>A copy with another number of positions.</summary>
    public void CopyTo(string target, int positions = 8192)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(Folder)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        Edit(target, "\"max_position_embeddings\": 8192", $"\"max_position_embeddings\": {positions}");
    }

    /// <summary>A copy whose layers come again and again, so that reading a prompt takes its time.</summary>
    public void CopyDeepTo(string target, int layers)
    {
        CopyTo(target, positions: 65_536);
        Edit(target, "\"num_hidden_layers\": 3", $"\"num_hidden_layers\": {layers}");
        const string First = "language_model.model.layers.0.";
        string weights = Path.Combine(target, "model.safetensors");
        Dictionary<string, torch.Tensor> tensors;
        using (SafetensorsFile file = SafetensorsFile.Open(weights)) tensors = file.LoadAll();
        foreach (string name in tensors.Keys.Where(name => name.StartsWith(First, StringComparison.Ordinal)).ToList())
        {
            for (int layer = 3; layer < layers; layer++) tensors[$"language_model.model.layers.{layer}.{name[First.Length..]}"] = tensors[name].clone();
        }

        SafetensorsWriter.Write(weights + ".new", tensors);
        File.Move(weights + ".new", weights, overwrite: true);
        foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();
    }

    private static void Edit(string folder, string found, string changed)
    {
        string path = Path.Combine(folder, "config.json"), text = File.ReadAllText(path);
        Assert.Contains(found, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(found, changed, StringComparison.Ordinal));
    }
}
