using TorchSharp;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Sources;

/// <summary>Every activation and dropout as a module and as a function gives the value of its formula.</summary>
public class ActivationSources
{
    private const double X = -1.25;

    public static TheoryData<string, double> Values => new()
    {
        { "CELU", Math.Exp(X) - 1 },
        { "ELU", Math.Exp(X) - 1 },
        { "GELU", 0.5 * X * Erfc(-X / Math.Sqrt(2)) },
        { "Hardshrink", X },
        { "Hardsigmoid", (X / 6) + 0.5 },
        { "Hardswish", X * ((X / 6) + 0.5) },
        { "Hardtanh", -1 },
        { "LeakyReLU", 0.01 * X },
        { "LogSigmoid", -Math.Log(1 + Math.Exp(-X)) },
        { "Mish", X * Math.Tanh(Math.Log(1 + Math.Exp(X))) },
        { "PReLU", 0.25 * X },
        { "ReLU", 0 },
        { "ReLU6", 0 },
        { "RReLU", (0.125 + (1.0 / 3)) / 2 * X },
        { "SELU", 1.0507009873554805 * 1.6732632423543772 * (Math.Exp(X) - 1) },
        { "SiLU", X / (1 + Math.Exp(-X)) },
        { "Sigmoid", 1 / (1 + Math.Exp(-X)) },
        { "Softplus", Math.Log(1 + Math.Exp(X)) },
        { "Softshrink", X + 0.5 },
        { "Softsign", X / (1 - X) },
        { "Tanh", Math.Tanh(X) },
        { "Tanhshrink", X - Math.Tanh(X) },
        { "Threshold", 20 },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void An_activation_gives_the_value_of_its_formula(string name, double expected)
    {
        using var x = torch.tensor(new[] { X }, dtype: float64);
        using nn.Module<Tensor, Tensor> module = name switch
        {
            "CELU" => nn.CELU(),
            "ELU" => nn.ELU(alpha: 1.0),
            "GELU" => nn.GELU(),
            "Hardshrink" => nn.Hardshrink(lambda: 0.5),
            "Hardsigmoid" => nn.Hardsigmoid(),
            "Hardswish" => nn.Hardswish(inplace: true),
            "Hardtanh" => nn.Hardtanh(min_val: -1, max_val: 1),
            "LeakyReLU" => nn.LeakyReLU(0.01),
            "LogSigmoid" => nn.LogSigmoid(),
            "Mish" => nn.Mish(),
            "PReLU" => nn.PReLU(1, init: 0.25, dtype: float64),
            "ReLU" => nn.ReLU(inplace: true),
            "ReLU6" => nn.ReLU6(),
            "RReLU" => nn.RReLU(),
            "SELU" => nn.SELU(),
            "SiLU" => nn.SiLU(),
            "Sigmoid" => nn.Sigmoid(),
            "Softplus" => nn.Softplus(),
            "Softshrink" => nn.Softshrink(),
            "Softsign" => nn.Softsign(),
            "Tanh" => nn.Tanh(),
            "Tanhshrink" => nn.Tanhshrink(),
            _ => nn.Threshold(0.1, 20),
        };
        using var y = module.call(x);
        Assert.Equal(expected, y.item<double>(), 9);
        Assert.Equal(name, module.GetName());
    }

    [Fact]
    public void Functions_over_a_dimension_keep_their_sums()
    {
        using var d = NewDisposeScope();
        var x = randn(2, 3, 4, 4);
        Assert.True(nn.Softmax(1).call(x).allclose(nn.Softmax2d().call(x)));
        Assert.True(nn.Softmin(1).call(x).allclose(nn.functional.softmax(-x, 1)));
        Assert.True(nn.LogSoftmax(1).call(x).exp().sum(1).allclose(ones(2, 4, 4)));
        Assert.True(nn.GLU(dim: 2).call(x).allclose(x[.., .., ..2] * x[.., .., 2..].sigmoid()));
    }

    [Fact]
    public void Dropout_drops_while_training_and_only_then()
    {
        using var d = NewDisposeScope();
        random.manual_seed(5);
        var x = ones(4, 8, 6, 6);
        using var channels = nn.Dropout2d(0.5);
        var dropped = channels.call(x);
        var sums = dropped.sum(new long[] { 2, 3 });
        Assert.True(((sums == 0) | (sums == 72)).all().item<bool>());
        foreach (var module in new nn.Module<Tensor, Tensor>[] { nn.Dropout(0.9), nn.AlphaDropout(0.9), channels })
        {
            module.eval();
            Assert.True(module.call(x).Equals(x));
            module.Dispose();
        }

        Assert.True(nn.functional.dropout1d(ones(2, 3, 5), 0.5, training: false).Equals(ones(2, 3, 5)));
        Assert.False(nn.functional.alpha_dropout(x, 0.5, training: true).Equals(x));
    }

    // Abramowitz and Stegun 7.1.5, summed until it stands.
    private static double Erfc(double z)
    {
        double term = z, sum = z;
        for (var n = 1; n < 100; n++)
        {
            term *= -z * z / n;
            sum += term / ((2 * n) + 1);
        }

        return 1 - (2 / Math.Sqrt(Math.PI) * sum);
    }
}
