using Magma.Onnx;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Perception.Tests.Screens;

public sealed class ElementNetworkTests
{
    private static Tensor Run(OnnxSession session, Tensor screen)
    {
        using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>(OnnxNetwork.Input, screen.data<float>().ToArray(), [.. screen.shape]));
        return tensor(outputs.Get<float>(session.Outputs[0].Name).ToArray(), [.. outputs.Shape(session.Outputs[0].Name)]);
    }

    [Fact]
    public void Stored_weights_give_what_the_network_in_training_gives()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(5);
        using var trained = new ElementNetwork(normalized: true);
        Tensor screen = randn(1, 3, 64, 128);
        // Statistics of its own.
        for (int step = 0; step < 5; step++) trained.call(screen * 2).Dispose();
        trained.eval();
        string path = Path.Combine(folder.Path, "w.safetensors");
        ElementWeights.Save(path, trained);
        using OnnxSession stored = ElementWeights.Open(path);
        using IDisposable unrecorded = no_grad();
        Tensor expected = trained.call(screen), given = Run(stored, screen);
        Assert.Equal([1L, ElementNetwork.Outputs, 8, 16], given.shape);
        // Half precision, ten layers deep.
        Assert.True((expected - given).abs().max().item<float>() < 0.03);
    }

    [Fact]
    public void The_network_in_use_is_the_one_that_is_trained()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(6);
        using var trained = new ElementNetwork(normalized: false);
        using (SafetensorsFile file = SafetensorsFile.Open(ElementWeights.Bundled)) trained.load_state_dict(file.LoadAll());
        using OnnxSession used = ElementWeights.Open(ElementWeights.Bundled);
        using IDisposable unrecorded = no_grad();
        Tensor screen = randn(1, 3, 128, 192);
        Tensor expected = trained.call(screen), given = Run(used, screen);
        Assert.Equal(expected.shape, given.shape);
        Assert.True((expected - given).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void A_file_of_other_tensors_is_refused_with_their_names()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "w.safetensors");
        using (Tensor one = zeros(2), other = zeros(3))
        {
            SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["strange"] = one, ["up1.bias"] = other });
        }

        string message = Assert.Throws<InvalidDataException>(() => ElementWeights.Open(path).Dispose()).Message;
        Assert.Contains("strange is unknown", message);
        Assert.Contains("down0.weight is missing", message);
        Assert.Contains("up1.bias is [3] instead of [96]", message);
    }
}
