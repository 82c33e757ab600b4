using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Training.Tests;

public sealed class MuonTests
{
    [Theory]
    [InlineData(24, 70)]
    [InlineData(70, 24)]
    [InlineData(32, 32)]
    public void Singular_values_come_near_to_1_and_singular_vectors_stay(int rows, int columns)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(5);
        int least = Math.Min(rows, columns);
        Tensor u = Rotation(rows), v = Rotation(columns), values = linspace(0.05, 2, least);
        Tensor matrix = u.narrow(1, 0, least).mm(values.diag()).mm(v.narrow(1, 0, least).t());
        foreach (double factor in new[] { 1.0, 100 })
        {
            Tensor orthogonal = Muon.Orthogonal(matrix * factor);
            Assert.Equal([rows, columns], orthogonal.shape);
            // In the basis of the singular vectors only a diagonal is left.
            Tensor seen = u.t().mm(orthogonal).mm(v);
            Tensor diagonal = seen.narrow(0, 0, least).narrow(1, 0, least).diag();
            Assert.All(diagonal.data<float>().ToArray(), value => Assert.InRange(value, 0.6, 1.3));
            Assert.Equal(diagonal.square().sum().item<float>(), seen.square().sum().item<float>(), 0.05);
        }
    }

    [Fact]
    public void A_kernel_moves_against_its_gradient_by_0_2_of_the_rate_and_decays()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(6);
        var kernel = new Parameter(ones(48, 16, 3, 3));
        using var muon = new Muon([kernel], weightDecay: 0.5);
        Tensor gradient = randn(48, 16, 3, 3);
        kernel.grad = gradient.clone();
        muon.Step(0.01);
        Tensor moved = (kernel - (1 - (0.01 * 0.5))).detach();
        Assert.InRange(moved.square().mean().sqrt().item<float>(), 0.01 * 0.2 * 0.7, 0.01 * 0.2 * 1.2);
        Assert.True((moved * gradient).sum().item<float>() < 0);
    }

    [Fact]
    public void Steps_do_not_depend_on_the_number_of_threads()
    {
        Assert.Equal(Stepped(threads: 1), Stepped(threads: 3));

        static float[] Stepped(int threads)
        {
            using DisposeScope scope = NewDisposeScope();
            random.manual_seed(7);
            Tensor[] gradients = [randn(8, 20), randn(8, 20), randn(20, 8), randn(4, 3, 3, 3), randn(16, 16)];
            Parameter[] weights = [.. gradients.Select(gradient => new Parameter(zeros(gradient.shape)) { grad = gradient })];
            using var muon = new Muon(weights, weightDecay: 0, threads);
            muon.Step(1);
            return [.. weights.SelectMany(weight => weight.data<float>().ToArray())];
        }
    }

    // A product of reflections.
    private static Tensor Rotation(int size)
    {
        Tensor rotation = eye(size);
        for (int turn = 0; turn < 3; turn++)
        {
            Tensor direction = randn(size, 1);
            rotation = rotation.mm(eye(size) - (direction.mm(direction.t()) * (2 / direction.square().sum())));
        }

        return rotation;
    }
}
