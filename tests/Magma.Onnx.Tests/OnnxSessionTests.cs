namespace Magma.Onnx.Tests;

public sealed class OnnxSessionTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("classifier.onnx", "classifier.onnx")]
    [InlineData("classifier-external.onnx", "classifier.onnx")]
    [InlineData("detector.onnx", "detector.onnx")]
    [InlineData("nms.onnx", "nms.onnx")]
    public void A_model_gives_the_numbers_of_the_reference_runtime(string file, string golden)
    {
        using var session = new OnnxSession(Golden.Locate(file));
        string[] cases = [.. Golden.Names(golden + "/").Select(name => name.Split('/')[1]).Distinct()];
        Assert.Equal(2, cases.Length);
        foreach (string number in cases)
        {
            OnnxInput[] inputs = [.. session.Inputs.Select(port =>
            {
                (long[] shape, float[] values) = Golden.Read<float>($"{golden}/{number}/in/{port.Name}");
                return OnnxInput.Create<float>(port.Name, values, shape);
            })];
            using OnnxOutputs outputs = session.Run(inputs);
            foreach (OnnxPort port in session.Outputs)
            {
                string name = $"{golden}/{number}/out/{port.Name}";
                if (port.Type == OnnxElementType.Int64)
                {
                    (long[] shape, long[] values) = Golden.Read<long>(name);
                    Assert.Equal(shape, outputs.Shape(port.Name));
                    Assert.Equal(values, outputs.Get<long>(port.Name).ToArray());
                }
                else
                {
                    (long[] shape, float[] values) = Golden.Read<float>(name);
                    Assert.Equal(shape, outputs.Shape(port.Name));
                    float[] given = outputs.Get<float>(port.Name).ToArray();
                    Assert.All(values.Zip(given), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
                }
            }
        }
    }

    [Fact]
    public void Ports_have_the_names_types_and_sizes_of_the_file()
    {
        using var classifier = new OnnxSession(Golden.Locate("classifier.onnx"));
        Assert.Equal("pixel_values: Float32 [batch, 3, height, width]", Assert.Single(classifier.Inputs).ToString());
        Assert.Equal(["logits: Float32 [batch, 4]", "probabilities: Float32 [batch, 4]"], classifier.Outputs.Select(port => port.ToString()));
        Assert.Equal("{0: 'cat', 1: 'dog', 2: 'cup', 3: 'é'}", classifier.Metadata["names"]);
        using var nms = new OnnxSession(Golden.Locate("nms.onnx"));
        Assert.Equal(OnnxElementType.Int64, nms.Outputs.Single(port => port.Name == "labels").Type);
    }

    [Theory]
    [InlineData("empty.onnx")]
    [InlineData("escaping-external-data.onnx")]
    [InlineData("not-protobuf.onnx")]
    [InlineData("truncated.onnx")]
    [InlineData("unknown-operator.onnx")]
    public void A_broken_model_is_refused_with_its_path(string name)
    {
        string path = Golden.Locate("corrupt/" + name);
        var error = Assert.Throws<InvalidDataException>(() => new OnnxSession(path));
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void A_missing_model_is_refused_with_its_path()
    {
        var error = Assert.Throws<FileNotFoundException>(() => new OnnxSession("no/model.onnx"));
        Assert.Contains("no/model.onnx", error.Message);
    }

    [Fact]
    public void A_wrong_shape_is_refused_with_the_expected_and_the_given_one()
    {
        using var session = new OnnxSession(Golden.Locate("detector.onnx"));
        var error = Assert.Throws<ArgumentException>(() => session.Run(OnnxInput.Create<float>("images", new float[4 * 32 * 32], 1, 4, 32, 32)));
        Assert.Contains("detector.onnx", error.Message);
        Assert.Contains("images: Float32 [batch, 3, height, width]", error.Message);
        Assert.Contains("[1, 4, 32, 32]", error.Message);
    }

    [Fact]
    public void A_wrong_number_format_is_refused()
    {
        using var session = new OnnxSession(Golden.Locate("detector.onnx"));
        var error = Assert.Throws<ArgumentException>(() => session.Run(OnnxInput.Create<double>("images", new double[3 * 32 * 32], 1, 3, 32, 32)));
        Assert.Contains("Float64", error.Message);
    }

    [Fact]
    public void Unknown_missing_and_repeated_inputs_are_refused()
    {
        using var session = new OnnxSession(Golden.Locate("nms.onnx"));
        OnnxInput boxes = OnnxInput.Create<float>("boxes", new float[8], 1, 2, 4);
        Assert.Contains("no input 'box'", Assert.Throws<ArgumentException>(() => session.Run(OnnxInput.Create<float>("box", new float[8], 1, 2, 4))).Message);
        Assert.Contains("scores", Assert.Throws<ArgumentException>(() => session.Run(boxes)).Message);
        Assert.Contains("2 times", Assert.Throws<ArgumentException>(() => session.Run(boxes, boxes)).Message);
    }

    [Fact]
    public void Sizes_that_do_not_fit_together_are_refused_with_the_inputs()
    {
        using var session = new OnnxSession(Golden.Locate("nms.onnx"));
        var error = Assert.Throws<InvalidDataException>(() => session.Run(
            OnnxInput.Create<float>("boxes", new float[8], 1, 2, 4), OnnxInput.Create<float>("scores", new float[9], 1, 3, 3)));
        Assert.Contains("scores: Float32 [1, 3, 3]", error.Message);
    }

    [Fact]
    public void An_input_with_too_few_numbers_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => OnnxInput.Create<float>("x", new float[5], 2, 3));
        Assert.Contains("needs 6 numbers, 5 were given", error.Message);
        Assert.Throws<ArgumentException>(() => OnnxInput.Create<float>("x", new float[5], -1, 3));
        Assert.Throws<ArgumentException>(() => OnnxInput.Create<float>("x", new float[5], long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void Outputs_are_read_by_their_name_and_type()
    {
        using var session = new OnnxSession(Golden.Locate("classifier.onnx"));
        using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>("pixel_values", new float[3 * 8 * 8], 1, 3, 8, 8));
        Assert.Throws<ArgumentException>(() => outputs.Get<float>("none").Length);
        Assert.Throws<ArgumentException>(() => outputs.Get<long>("logits").Length);
        Assert.Equal(4, outputs.Get<float>("logits").Length);
    }

    [Fact]
    public void The_same_inputs_give_the_same_bytes()
    {
        (long[] shape, float[] values) = Golden.Read<float>("detector.onnx/0/in/images");
        float[] Run()
        {
            using var session = new OnnxSession(Golden.Locate("detector.onnx"), new OnnxOptions(Threads: 2));
            using OnnxOutputs outputs = session.Run(OnnxInput.Create<float>("images", values, shape));
            return outputs.Get<float>("output0").ToArray();
        }
        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Disposed_sessions_are_not_counted_and_cannot_run()
    {
        int before = OnnxSession.LiveCount;
        var session = new OnnxSession(Golden.Locate("classifier.onnx"));
        Assert.Equal(before + 1, OnnxSession.LiveCount);
        session.Dispose();
        session.Dispose();
        Assert.Equal(before, OnnxSession.LiveCount);
        Assert.Throws<ObjectDisposedException>(() => session.Run());
    }

    [Fact]
    public void The_runtime_names_its_version_and_providers()
    {
        Assert.Matches(@"^1\.\d+\.\d+$", OnnxEnvironment.Version);
        Assert.Contains("CPUExecutionProvider", OnnxEnvironment.Providers);
    }

    [Fact]
    public void Cuda_without_its_parts_is_refused_with_what_is_missing()
    {
        if (OnnxEnvironment.CudaObstacle() is not string obstacle)
            return;
        var error = Assert.Throws<IOException>(() => new OnnxSession(Golden.Locate("classifier.onnx"), new OnnxOptions(Device: OnnxDevice.Cuda)));
        Assert.Contains(obstacle, error.Message);
    }
}
