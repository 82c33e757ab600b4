using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Training;

/// <summary>
/// Steps weights along their momentum made orthogonal, so that every direction of a weight learns at one rate (Muon, Jordan et al. 2024). A convolution's
/// kernel counts as a matrix of one row per output. Steps are as large as AdamW's at the same rate (0.2 in root mean square, Liu et al. 2025).
/// </summary>
/// <param name="weights">Weights of two dimensions or more, the caller's.</param>
/// <param name="weightDecay">Decay of weights, as AdamW's.</param>
/// <param name="threads">How many weights are stepped at the same time.</param>
internal sealed class Muon(IReadOnlyList<Parameter> weights, double weightDecay, int threads = 1) : IDisposable
{
    private const double MomentumShare = 0.95;
    private const double RootMeanSquare = 0.2;
    private const int Rounds = 5;

    private readonly Tensor[] _momenta = [.. weights.Select(weight => zeros_like(weight, requires_grad: false).DetachFromDisposeScope())];

    /// <summary>The momentum of every weight, for a checkpoint; ours.</summary>
    public IReadOnlyList<Tensor> Momenta => _momenta;

    /// <summary>Takes a step along the weights' gradients.</summary>
    public void Step(double rate) => Parallel.For(0, weights.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, index => Step(index, rate));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor momentum in _momenta) momentum.Dispose();
    }

    /// <summary>
    /// A matrix → one of the same shape with singular values near 1 (0.7 to 1.2) and the same singular vectors, by Newton and Schulz' iteration
    /// of fifth order with Jordan's coefficients; in bfloat16, which is near enough.
    /// </summary>
    internal static Tensor Orthogonal(Tensor matrix)
    {
        using DisposeScope scope = NewDisposeScope();
        bool tall = matrix.shape[0] > matrix.shape[1];
        Tensor x = tall ? matrix.t() : matrix;
        x = (x / (x.square().sum().sqrt() + 1e-7)).to(bfloat16);
        for (int round = 0; round < Rounds; round++)
        {
            Tensor square = x.mm(x.t());
            Tensor mixed = (square * -4.7750).add_(square.mm(square), alpha: 2.0315);
            x = (x * 3.4445).add_(mixed.mm(x));
        }

        return (tall ? x.t() : x).to(float32).MoveToOuterDisposeScope();
    }

    private void Step(int index, double rate)
    {
        using IDisposable unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Parameter weight = weights[index];
        Tensor gradient = weight.grad ?? throw new InvalidOperationException($"Weight {index} has no gradient.");
        Tensor momentum = _momenta[index].mul_(MomentumShare).add_(gradient);
        long rows = weight.shape[0], columns = weight.NumberOfElements / rows;
        Tensor step = Orthogonal(gradient.add(momentum, alpha: MomentumShare).reshape(rows, columns));
        double scale = rate * RootMeanSquare * Math.Sqrt(Math.Max(rows, columns));
        weight.mul_(1 - (rate * weightDecay)).add_(step.reshape(weight.shape), alpha: -scale);
    }
}
