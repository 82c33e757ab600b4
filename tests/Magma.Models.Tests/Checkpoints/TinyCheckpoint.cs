using Magma.Models.Checkpoints;
using Magma.Testing;

namespace Magma.Models.Tests.Checkpoints;

/// <summary>A random checkpoint of the tiny shape with the real tokenizer, made once for all tests of a class.</summary>
public sealed class TinyCheckpoint : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyCheckpoint() =>
        RandomCheckpoint.Write(
            "magma-tiny", folder["model"], Path.Combine(Repository.Root, "node_modules", "@lenml", "tokenizer-llama3", "models", "tokenizer.json"), seed: 7,
            TorchSharp.torch.ScalarType.Float32);

    public string Folder => folder["model"];

    public void Dispose() => folder.Dispose();
}
