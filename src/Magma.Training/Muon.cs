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
internal sealed class Muon(IReadOnlyList<Parameter> weights, double weightDecay) : IDisposable
{
    private const double MomentumShare = 0.95;
    private const double RootMeanSquare = 0.2;
    private const int Rounds = 5;

    private readonly Tensor[] _momenta = [.. weights.Select(weight => zeros_like(weight, requires_grad: false).DetachFromDisposeScope())];

    /// <summary>The momentum of every weight, for a checkpoint; ours.</summary>
    public IReadOnlyList<Tensor> Momenta => _momenta;

    /// <summary>Takes a step along the weights' gradients.</summary>
    public void Step(double rate)
    {
        using IDisposable unrecorded = no_grad();
        // Matrices of one shape are made orthogonal together: each alone is too small for two threads.
        foreach (IGrouping<(long, long), int> alike in Enumerable.Range(0, weights.Count).GroupBy(index => ShapeOf(weights[index])))
        {
            using DisposeScope scope = NewDisposeScope();
            (long rows, long columns) = alike.Key;
            int[] places = [.. alike];
            Tensor[] ahead =
            [
                .. places.Select(index =>
                {
                    Tensor gradient = weights[index].grad ?? throw new InvalidOperationException($"Weight {index} has no gradient.");
                    Tensor momentum = _momenta[index].mul_(MomentumShare).add_(gradient);
                    return gradient.add(momentum, alpha: MomentumShare).reshape(rows, columns);
                }),
            ];
            Tensor steps = Orthogonal(stack(ahead));
            double scale = rate * RootMeanSquare * Math.Sqrt(Math.Max(rows, columns));
            for (int place = 0; place < places.Length; place++)
            {
                Parameter weight = weights[places[place]];
                weight.mul_(1 - (rate * weightDecay)).add_(steps[place].reshape(weight.shape), alpha: -scale);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor momentum in _momenta) momentum.Dispose();
    }

    /// <summary>
    /// Matrices (N, rows, columns) → the same shape with singular values near 1 (0.7 to 1.2) and the same singular vectors, by Newton and Schulz' iteration
    /// of fifth order with Jordan's coefficients; in bfloat16, which is near enough.
    /// </summary>
    internal static Tensor Orthogonal(Tensor matrices)
    {
        using DisposeScope scope = NewDisposeScope();
        bool tall = matrices.shape[1] > matrices.shape[2];
        Tensor x = tall ? matrices.transpose(1, 2) : matrices;
        x = (x / (x.square().sum([1, 2], keepdim: true).sqrt() + 1e-7)).to(bfloat16);
        for (int round = 0; round < Rounds; round++)
        {
            Tensor square = x.bmm(x.transpose(1, 2));
            Tensor mixed = (square * -4.7750).add_(square.bmm(square), alpha: 2.0315);
            x = (x * 3.4445).add_(mixed.bmm(x));
        }

        return (tall ? x.transpose(1, 2) : x).to(float32).MoveToOuterDisposeScope();
    }

    private static (long Rows, long Columns) ShapeOf(Tensor weight) => (weight.shape[0], weight.NumberOfElements / weight.shape[0]);
}
