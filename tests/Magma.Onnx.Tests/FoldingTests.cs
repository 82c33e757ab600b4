namespace Magma.Onnx.Tests;

public sealed class FoldingTests
{
    private static float[] Run(string model, bool fold, int height, int width)
    {
        using var session = new OnnxSession(model, new OnnxOptions(Threads: 1, Fold: fold));
        var random = new Random(7);
        float[] pixels = [.. Enumerable.Range(0, 3 * height * width).Select(_ => (random.NextSingle() * 4) - 2)];
        using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>(session.Inputs[0].Name, pixels, 1, 3, height, width));
        return outputs.Get<float>(session.Outputs[0].Name).ToArray();
    }

    [Theory]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", 64, 96)]
    [InlineData("ch_PP-OCRv4_rec_infer.onnx", 48, 64)]
    public void A_folded_network_gives_the_same_numbers_but_for_rounding(string name, int height, int width)
    {
        string model = Path.Combine(Path.GetDirectoryName(Golden.Locate(""))!, "..", "..", "node_modules", "@gutenye", "ocr-models", "assets", name);
        float[] plain = Run(model, fold: false, height, width), folded = Run(model, fold: true, height, width);
        Assert.Equal(plain.Length, folded.Length);
        Assert.All(plain.Zip(folded), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.False(plain.AsSpan().SequenceEqual(folded), "nothing was folded");
    }

    [Theory]
    [InlineData("classifier.onnx")]
    [InlineData("classifier-external.onnx")]
    public void Models_without_anything_to_fold_give_the_same_numbers(string name)
    {
        string model = Golden.Locate(name);
        Assert.All(Run(model, fold: false, 8, 8).Zip(Run(model, fold: true, 8, 8)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_as_without_folding() =>
        Assert.All(Directory.GetFiles(Golden.Locate("corrupt")), file =>
            Assert.ThrowsAny<InvalidDataException>(() => new OnnxSession(file, new OnnxOptions(Fold: true)).Dispose()));
}
