using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Magma.TorchSharp.Tests.Sources;

/// <summary>
/// Programs as users of TorchSharp write them, in the style of its examples: they have to compile unchanged, and to do what they say.
/// </summary>
public class TrainingSources
{
    [Fact]
    public void A_multilayer_perceptron_learns_exclusive_or()
    {
        torch.random.manual_seed(4711);
        using var inputs = torch.tensor(new float[] { 0, 0, 0, 1, 1, 0, 1, 1 }, 4, 2);
        using var wanted = torch.tensor(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } });
        using var model = Sequential(("lin1", Linear(2, 16)), ("act1", Tanh()), ("lin2", Linear(16, 1)), ("act2", Sigmoid()));
        using var optimizer = torch.optim.AdamW(model.parameters(), lr: 0.05);
        var last = float.MaxValue;
        for (int epoch = 0; epoch < 300; epoch++)
        {
            using (var d = torch.NewDisposeScope())
            {
                optimizer.zero_grad();
                var prediction = model.forward(inputs);
                var loss = F.mse_loss(prediction, wanted, Reduction.Mean);
                loss.backward();
                optimizer.step();
                last = loss.item<float>();
            }
        }

        Assert.InRange(last, 0f, 0.02f);
    }

    [Fact]
    public void A_convolutional_module_classifies_lines()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(1);
        var device = torch.cuda.is_available() ? torch.CUDA : torch.CPU;
        using var net = new LineNet("lines", device);
        var images = zeros(new long[] { 8, 1, 8, 8 }, dtype: float32, device: device);
        var labels = torch.arange(8).to(torch.int64).remainder(2).to(device);
        for (var i = 0; i < 8; i++)
        {
            if (i % 2 == 0)
            {
                images[i, 0, i] = torch.tensor(1.0f);
            }
            else
            {
                images[TensorIndex.Single(i), 0, TensorIndex.Colon, i] = torch.tensor(1.0f);
            }
        }

        var optimizer = torch.optim.AdamW(net.parameters(), lr: 1e-2, weight_decay: 1e-4);
        var criterion = nn.CrossEntropyLoss();
        net.train();
        for (var step = 1; step <= 60; step++)
        {
            using var inner = torch.NewDisposeScope();
            var loss = criterion.forward(net.forward(images), labels);
            optimizer.zero_grad();
            loss.backward();
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0);
            optimizer.step();
        }

        net.eval();
        using (torch.no_grad())
        {
            var found = net.forward(images).argmax(1);
            Assert.Equal(8, found.eq(labels).sum().ToInt32());
        }

        Assert.False(net.training);
        optimizer.Dispose();
    }

    [Fact]
    public void Embeddings_attention_and_layer_norm_make_a_language_model()
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(3);
        using var model = new TinyLanguageModel(vocabulary: 11, width: 16, heads: 2);
        var text = torch.tensor(new long[] { 1, 2, 3, 4, 5, 6, 7, 8 }, dtype: ScalarType.Int64).unsqueeze(0);
        var (input, target) = (text[.., ..^1], text[.., 1..]);
        using var optimizer = optim.AdamW(model.parameters(), lr: 0.02);
        double first = 0, last = 0;
        for (var step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            var logits = model.call(input);
            var loss = functional.cross_entropy(logits.view(-1, 11), target.reshape(-1), ignore_index: -100, reduction: Reduction.Mean);
            model.zero_grad();
            loss.backward();
            optimizer.step();
            last = loss.ToDouble();
            first = step == 0 ? last : first;
        }

        Assert.True(last < first / 4, $"{first} to {last}");
        Assert.Equal(new long[] { 1, 7, 11 }, model.call(input).shape);
    }

    [Fact]
    public void Modules_list_save_in_memory_and_convert_what_they_hold()
    {
        using var net = new LineNet("lines", torch.CPU);
        var names = net.named_parameters().Select(p => p.name).ToList();
        Assert.Contains("conv1.weight", names);
        Assert.Contains("head.weight", names);
        var count = net.parameters().Select(p => p.numel()).Sum();
        Assert.Equal(names.Count, net.parameters().Count());
        Assert.True(count > 100);
        foreach (var (name, parameter) in net.named_parameters())
        {
            Assert.True(parameter.requires_grad, name);
        }

        using var other = new LineNet("other", torch.CPU);
        var (missing, unexpected) = other.load_state_dict(net.state_dict(), strict: true);
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        net.to(torch.float64).to(torch.CPU);
        Assert.Equal(torch.float64, net.parameters().First().dtype);
        net.apply(module =>
        {
            if (module is Linear linear)
            {
                torch.nn.init.xavier_uniform_(linear.weight);
                torch.nn.init.zeros_(linear.bias!);
            }
            else if (module is Conv2d convolution)
            {
                torch.nn.init.kaiming_normal_(convolution.weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
            }
        });
        using (torch.NewDisposeScope())
        {
            Assert.Equal(0d, net.get_parameter("head.bias")!.abs().sum().ToDouble());
        }

        foreach (var parameter in net.parameters())
        {
            parameter.requires_grad_(false);
        }

        Assert.DoesNotContain(net.parameters(), parameter => parameter.requires_grad);
    }

    private sealed class LineNet : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> conv1 = Conv2d(1, 6, kernel_size: 3, padding: 1);
        private readonly Module<Tensor, Tensor> conv2 = Conv2d(6, 8, (3, 3), stride: (2, 2), padding: (1, 1));
        private readonly Module<Tensor, Tensor> relu = ReLU(inplace: false);
        private readonly Module<Tensor, Tensor> flat = Flatten();
        private readonly Module<Tensor, Tensor> drop = Dropout(0.1);
        private readonly Module<Tensor, Tensor> head = Linear(8 * 4 * 4, 2);

        public LineNet(string name, torch.Device device)
            : base(name)
        {
            RegisterComponents();
            if (device.type != DeviceType.CPU)
            {
                this.to(device);
            }
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = torch.NewDisposeScope();
            var x = relu.forward(conv1.forward(input));
            x = relu.forward(conv2.forward(x));
            x = drop.forward(flat.forward(x));
            return head.forward(x).MoveToOuterDisposeScope();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                conv1.Dispose();
                conv2.Dispose();
                relu.Dispose();
                flat.Dispose();
                drop.Dispose();
                head.Dispose();
                ClearModules();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class TinyLanguageModel : nn.Module<Tensor, Tensor>
    {
        private readonly long heads;
        private readonly Embedding tokens;
        private readonly LayerNorm norm;
        private readonly Linear qkv;
        private readonly Linear output;

        public TinyLanguageModel(long vocabulary, long width, long heads)
            : base(nameof(TinyLanguageModel))
        {
            this.heads = heads;
            tokens = nn.Embedding(vocabulary, width);
            norm = nn.LayerNorm(width);
            qkv = nn.Linear(width, 3 * width, hasBias: false);
            output = nn.Linear(width, vocabulary);
            RegisterComponents();
        }

        public override Tensor forward(Tensor ids)
        {
            using var d = NewDisposeScope();
            var x = tokens.call(ids);
            var (batch, length, width) = (x.size(0), x.shape[1], x.shape[^1]);
            var parts = qkv.call(norm.call(x)).view(batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
            var mixed = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
            x = x + mixed.transpose(1, 2).contiguous().view(batch, length, width);
            return output.call(F.gelu(x)).MoveToOuterDisposeScope();
        }
    }
}
