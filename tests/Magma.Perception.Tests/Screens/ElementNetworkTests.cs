using Magma.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Perception.Tests.Screens;

public sealed class ElementNetworkTests
{
    [Fact]
    public void Stored_weights_give_what_the_network_in_training_gives()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(5);
        using var trained = new ElementNetwork(normalized: true);
        Tensor screen = randn(2, 3, 64, 128);
        // Statistics of its own.
        for (int step = 0; step < 5; step++) trained.call(screen * 2).Dispose();
        trained.eval();
        string path = Path.Combine(folder.Path, "w.safetensors");
        ElementWeights.Save(path, trained);
        using ElementNetwork stored = ElementWeights.Load(path);
        using IDisposable unrecorded = no_grad();
        Tensor expected = trained.call(screen), given = stored.call(screen);
        Assert.Equal([2L, ElementNetwork.Outputs, 8, 16], given.shape);
        // Half precision, ten layers deep.
        Assert.True((expected - given).abs().max().item<float>() < 0.03);
    }

    [Fact]
    public void A_file_of_other_tensors_is_refused_with_their_names()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "w.safetensors");
        using (Tensor tensor = zeros(2))
        {
            Magma.Torch.SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["strange"] = tensor });
        }

        string message = Assert.Throws<InvalidDataException>(() => ElementWeights.Load(path)).Message;
        Assert.Contains("strange", message);
        Assert.Contains("down0.weight", message);
    }
}
