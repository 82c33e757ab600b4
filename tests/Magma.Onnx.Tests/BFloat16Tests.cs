namespace Magma.Onnx.Tests;

/// <summary>On processors without instructions for bfloat16, both sides of these comparisons are the same float32 networks.</summary>
public sealed class BFloat16Tests
{
    private static string Model(string name) =>
        Path.Combine(Path.GetDirectoryName(Golden.Locate(""))!, "..", "..", "node_modules", "@gutenye", "ocr-models", "assets", name);

    // Lines of dark strokes on light, so that the networks have something to see.
    private static float[] Strokes(int height, int width)
    {
        var random = new Random(7);
        bool[] dark = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(2) == 0)];
        return [.. Enumerable.Range(0, 3 * height * width).Select(i =>
        {
            (int y, int x) = (i / width % height, i % width);
            return y % 32 is > 9 and < 23 && x > 8 && x < width - 8 && dark[(y / 4 * width) + (x / 3)] ? -2f : 2.2f;
        })];
    }

    private static float[] Run(OnnxSession session, int height, int width)
    {
        using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>(session.Inputs[0].Name, Strokes(height, width), 1, 3, height, width));
        return outputs.Get<float>(session.Outputs[0].Name).ToArray();
    }

    [Theory]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", 96, 160)]
    [InlineData("ch_PP-OCRv4_rec_infer.onnx", 48, 192)]
    public void A_network_in_bfloat16_gives_the_numbers_of_float32_to_a_hundredth_in_the_mean(string name, int height, int width)
    {
        using var full = new OnnxSession(Model(name), new OnnxOptions(Threads: 1));
        using var brief = new OnnxSession(Model(name), new OnnxOptions(Threads: 1, Fold: true, BFloat16: true));
        float[] expected = Run(full, height, width), found = Run(brief, height, width);
        Assert.Contains(expected, value => value > 0.3);
        Assert.Equal(expected.Length, found.Length);
        Assert.InRange(expected.Zip(found, (one, other) => Math.Abs(one - other)).Average(), 0, 0.01);
        Assert.Equal(full.Inputs[0].ToString(), brief.Inputs[0].ToString());
        Assert.Equal(full.Outputs[0].ToString(), brief.Outputs[0].ToString());
        if (OnnxEnvironment.HasBFloat16) Assert.False(expected.AsSpan().SequenceEqual(found), "nothing ran in bfloat16");
    }

    [Fact]
    public void Small_whole_numbers_come_out_exactly_from_every_operator()
    {
        var network = new OnnxNetwork(channels: 2);
        string halved = network.Convolve("halved", OnnxNetwork.Input, [1, 2, 3, 3], [.. Enumerable.Repeat(1f, 9), .. Enumerable.Repeat(-1f, 9)], [0.5f], 2, 1);
        string output = network.Rectify(network.Add(network.Double(halved), network.Double(network.Rectify(halved))));
        using OnnxSession session = network.Open(output, "the test's network", new OnnxOptions(Threads: 1, BFloat16: true));
        // Sums of 3 by 3 about every second pixel, the second channel subtracted: 1.5, -1.5, 0.5 and -1.5.
        float[] pixels = [1, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 2, 0, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0];
        using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>(OnnxNetwork.Input, pixels, 1, 2, 4, 4));
        Assert.Equal([1, 1, 4, 4], outputs.Shape(session.Outputs[0].Name));
        float[] expected = [3, 3, 0, 0, /**/ 3, 3, 0, 0, /**/ 1, 1, 0, 0, /**/ 1, 1, 0, 0];
        Assert.Equal(expected, outputs.Get<float>(session.Outputs[0].Name).ToArray());
    }

    [Fact]
    public void Any_number_of_threads_and_callers_gives_the_same_bytes_at_any_size()
    {
        using var one = new OnnxSession(Model("ch_PP-OCRv4_det_infer.onnx"), new OnnxOptions(Threads: 1, BFloat16: true));
        using var two = new OnnxSession(Model("ch_PP-OCRv4_det_infer.onnx"), new OnnxOptions(Threads: 2, BFloat16: true));
        (int Height, int Width)[] sizes = [(64, 96), (96, 64), (64, 96), (160, 224), (32, 32), (64, 96)];
        float[][] expected = [.. sizes.Select(size => Run(one, size.Height, size.Width))];
        float[][] found = [.. sizes.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(size => Run(two, size.Height, size.Width))];
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void A_model_that_begins_with_something_else_runs_as_before()
    {
        (long[] shape, float[] values) = Golden.Read<float>("detector.onnx/0/in/images");
        float[] Run(bool brief)
        {
            using var session = new OnnxSession(Golden.Locate("detector.onnx"), new OnnxOptions(Threads: 1, BFloat16: brief));
            using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>("images", values, shape));
            return outputs.Get<float>("output0").ToArray();
        }

        float[] expected = Run(brief: false);
        Assert.All(expected.Zip(Run(brief: true)), pair => Assert.Equal(pair.First, pair.Second, 0.02 * Math.Max(1, Math.Abs(pair.First))));
    }

    [Fact]
    public void A_map_smaller_than_a_kernel_is_refused_with_the_sizes()
    {
        var network = new OnnxNetwork(channels: 1);
        string only = network.Convolve("only", OnnxNetwork.Input, [1, 1, 5, 5], [.. Enumerable.Repeat(1f, 25)], [0], 1, 0);
        using OnnxSession session = network.Open(only, "the test's network", new OnnxOptions(Threads: 2, BFloat16: true));
        Exception error = Assert.ThrowsAny<Exception>(() => session.Run(OnnxInput.Create<float>(OnnxNetwork.Input, new float[9], 1, 1, 3, 3)).Dispose());
        Assert.True(error is ArgumentException or InvalidDataException, $"{error}");
        Assert.Contains("3", error.Message);
    }

    [Fact]
    public void Two_pictures_at_once_are_refused_or_computed()
    {
        using var session = new OnnxSession(Model("ch_PP-OCRv4_det_infer.onnx"), new OnnxOptions(Threads: 1, BFloat16: true));
        void RunTwo() => session.Run(OnnxInput.Create<float>(session.Inputs[0].Name, new float[2 * 3 * 32 * 32], 2, 3, 32, 32)).Dispose();
        if (OnnxEnvironment.HasBFloat16) Assert.Contains("one at a time", Assert.Throws<ArgumentException>(RunTwo).Message);
        else RunTwo();
    }
}
