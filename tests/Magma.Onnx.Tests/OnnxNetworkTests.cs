namespace Magma.Onnx.Tests;

public sealed class OnnxNetworkTests
{
    [Fact]
    public void A_network_that_was_written_down_computes_what_its_operators_say()
    {
        var network = new OnnxNetwork(channels: 2);
        string halved = network.Convolve("halved", OnnxNetwork.Input, [1, 2, 3, 3], [.. Enumerable.Repeat(1f, 9), .. Enumerable.Repeat(-1f, 9)], [0.5f], 2, 1);
        string output = network.Rectify(network.Add(network.Double(halved), network.Double(network.Rectify(halved))));
        using OnnxSession session = network.Open(output, "the test's network", new OnnxOptions(Threads: 1));
        // Sums of 3 by 3 about every second pixel, the second channel subtracted: 1.5, -1.5, 0.5 and -1.5.
        float[] pixels = [1, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 2, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0];
        using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>(OnnxNetwork.Input, pixels, 1, 2, 4, 4));
        Assert.Equal([1, 1, 4, 4], outputs.Shape(session.Outputs[0].Name));
        float[] expected = [3, 3, 0, 0, /**/ 3, 3, 0, 0, /**/ 1, 1, 0, 0, /**/ 1, 1, 0, 0];
        Assert.Equal(expected, outputs.Get<float>(session.Outputs[0].Name).ToArray());
    }

    [Fact]
    public void A_network_without_its_output_is_refused_with_its_origin()
    {
        var network = new OnnxNetwork(channels: 2);
        network.Convolve("only", OnnxNetwork.Input, [1, 2, 1, 1], [1, 1], [0], 1, 0);
        Assert.Contains("weights.file", Assert.Throws<InvalidDataException>(() => network.Open("other", "weights.file").Dispose()).Message);
    }
}
