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
        Tensor orthogonal = Muon.Orthogonal(stack([matrix, matrix * 100]));
        Assert.Equal([2, rows, columns], orthogonal.shape);
        for (int index = 0; index < 2; index++)
        {
            // In the basis of the singular vectors only a diagonal is left.
            Tensor seen = u.t().mm(orthogonal[index]).mm(v);
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
    public void Weights_of_one_shape_step_as_each_would_alone()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        Tensor[] gradients = [randn(8, 20), randn(8, 20), randn(20, 8)];
        Parameter[] together = [.. gradients.Select(gradient => new Parameter(zeros(gradient.shape)) { grad = gradient.clone() })];
        using var muon = new Muon(together, weightDecay: 0);
        muon.Step(1);
        for (int index = 0; index < gradients.Length; index++)
        {
            var alone = new Parameter(zeros(gradients[index].shape)) { grad = gradients[index].clone() };
            using var one = new Muon([alone], weightDecay: 0);
            one.Step(1);
            Assert.InRange((alone - together[index]).abs().max().item<float>(), 0, 0.02);
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
