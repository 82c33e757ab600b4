using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Optim;

public class AdamWTests
{
    [Theory]
    [InlineData(false, false, ScalarType.Float32)]
    [InlineData(true, false, ScalarType.Float32)]
    [InlineData(false, true, ScalarType.Float32)]
    [InlineData(false, false, ScalarType.Float64)]
    public void Every_step_follows_the_paper(bool amsgrad, bool maximize, ScalarType type)
    {
        using var scope = NewDisposeScope();
        const double Lr = 0.01, Beta1 = 0.8, Beta2 = 0.95, Eps = 1e-6, Decay = 0.1;
        var parameter = new Parameter(tensor(new[] { 1.0, -2.0, 0.5 }).to(type));
        using var optimizer = optim.AdamW([parameter], Lr, Beta1, Beta2, Eps, Decay, amsgrad, maximize);
        var p = new[] { 1.0, -2.0, 0.5 };
        var (m, v, largest) = (new double[3], new double[3], new double[3]);
        for (var step = 1; step <= 20; step++)
        {
            var weights = tensor(new double[] { step % 3, 1, -0.5 * step }).to(type);
            optimizer.zero_grad();
            (parameter * weights).sum().backward();
            optimizer.step();
            for (var i = 0; i < 3; i++)
            {
                var g = weights[i].item<double>() * (maximize ? -1 : 1);
                p[i] *= 1 - (Lr * Decay);
                m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
                v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
                largest[i] = Math.Max(largest[i], v[i]);
                var square = (amsgrad ? largest[i] : v[i]) / (1 - Math.Pow(Beta2, step));
                p[i] -= Lr * (m[i] / (1 - Math.Pow(Beta1, step))) / (Math.Sqrt(square) + Eps);
                Assert.Equal(p[i], parameter[i].item<double>(), type == ScalarType.Float64 ? 1e-12 : 2e-6);
            }
        }

        parameter.Dispose();
    }

    [Fact]
    public void Large_parameters_take_the_same_steps_as_small_ones()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var values = randn(300_000);
        var large = new Parameter(values.clone());
        var small = new Parameter(values[^5..].clone());
        using var both = optim.AdamW([large, small], 0.1);
        for (var step = 0; step < 3; step++)
        {
            both.zero_grad();
            (large.pow(2).sum() + small.pow(2).sum()).backward();
            both.step();
        }

        Assert.True(large[^5..].Equals(small));
        large.Dispose();
        small.Dispose();
    }

    [Fact]
    public void Groups_have_settings_of_their_own_and_a_schedule_sets_rates()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(ones(1));
        var b = new Parameter(ones(1));
        using var optimizer = optim.AdamW(
            [new AdamW.ParamGroup([a], lr: 0.1), new AdamW.ParamGroup { Parameters = [b] }], lr: 0.5);
        Assert.Equal([0.1, 0.5], optimizer.ParamGroups.Select(group => group.LearningRate));
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = group.InitialLearningRate / 2;
        }

        (a + b).sum().backward();
        optimizer.step();
        Assert.Equal(0.95, a.item<float>(), 1e-4);
        Assert.Equal(0.75, b.item<float>(), 1e-4);
        a.Dispose();
        b.Dispose();
    }

    [Fact]
    public void State_moves_to_another_optimizer()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(ones(4));
        using var first = optim.AdamW([a], 0.1);
        Step(first, a);
        Step(first, a);
        var b = new Parameter(a.detach().clone());
        using var second = optim.AdamW([b], 0.9);
        second.load_state_dict(first.state_dict());
        Step(first, a);
        Step(second, b);
        Assert.True(a.Equals(b));
        Assert.Equal(3, ((AdamW.State)second.state_dict().State[0]).step);
        a.Dispose();
        b.Dispose();
    }

    [Fact]
    public void Parameters_without_gradient_stay_and_a_closure_returns_its_loss()
    {
        using var scope = NewDisposeScope();
        var used = new Parameter(ones(1));
        var unused = new Parameter(ones(1));
        using var optimizer = optim.AdamW([used, unused], 0.1, weight_decay: 0.5);
        using var loss = optimizer.step(() =>
        {
            var result = used.sum();
            result.backward();
            return result;
        });
        Assert.Equal(1, loss!.item<float>());
        Assert.NotEqual(1, used.item<float>());
        Assert.Equal(1, unused.item<float>());
        used.Dispose();
        unused.Dispose();
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(1));
        Assert.Throws<ArgumentException>(() => optim.AdamW([parameter], lr: -1));
        Assert.Throws<ArgumentException>(() => optim.AdamW([parameter], beta1: 1));
        parameter.Dispose();
    }

    private static void Step(AdamW optimizer, Parameter parameter)
    {
        optimizer.zero_grad();
        parameter.pow(2).sum().backward();
        optimizer.step();
    }
}
