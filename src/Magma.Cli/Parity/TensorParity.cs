using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>Compares tensors and makes verdicts of it.</summary>
internal static class TensorParity
{
    /// <summary>Largest error against a bar.</summary>
    /// <param name="name">What is compared.</param>
    /// <param name="expected">The reference's values.</param>
    /// <param name="actual">Ours, of the same shape.</param>
    /// <param name="bar">The largest absolute error allowed.</param>
    /// <param name="mask">Which leading positions count: a shape that the tensors' shape begins with; null for all.</param>
    public static ParityVerdict Within(string name, Tensor expected, Tensor actual, double bar, Tensor? mask = null)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!expected.shape.SequenceEqual(actual.shape))
        {
            return new ParityVerdict(
                name, ParityOutcome.Different,
                Note: $"expected the shape [{string.Join(", ", expected.shape)}], got [{string.Join(", ", actual.shape)}]");
        }

        (Tensor reference, Tensor ours) = (Counted(expected, mask), Counted(actual, mask));
        if (reference.NumberOfElements == 0) return ParityVerdict.Within(name, 0, 0, bar, "nothing to compare");
        Tensor error = ours.sub(reference).abs();
        double worst = error.max().item<double>();
        double relative = error.div(reference.abs().clamp_min(1e-6)).max().item<double>();
        return ParityVerdict.Within(name, double.IsNaN(worst) ? double.PositiveInfinity : worst, relative, bar);
    }

    /// <summary>
    /// Low precision: how far ours is from the reference in float32, by mean and maximum, beside how far the reference's own low
    /// precision is.
    /// </summary>
    public static ParityVerdict LowPrecision(string name, Tensor single, Tensor reference, Tensor actual, Tensor? mask = null)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor exact, Tensor theirs, Tensor ours) = (Counted(single, mask), Counted(reference, mask), Counted(actual, mask));
        (double theirMean, double theirMax) = Error(exact, theirs);
        (double ourMean, double ourMax) = Error(exact, ours);
        bool fine = ourMean <= 1.25 * theirMean && ourMax <= 2 * theirMax;
        return new ParityVerdict(
            name, fine ? ParityOutcome.Equal : ParityOutcome.Different, ourMax, null,
            FormattableString.Invariant($"1.25x mean, 2x max of the reference's own"),
            FormattableString.Invariant($"mean {ourMean:g3} = {ourMean / theirMean:f2}x, max {ourMax / theirMax:f2}x"));
    }

    /// <summary>Whole numbers, exactly.</summary>
    public static ParityVerdict Exact(string name, Tensor expected, Tensor actual, Tensor? mask = null)
    {
        using DisposeScope scope = NewDisposeScope();
        bool equal = expected.shape.SequenceEqual(actual.shape) && Counted(expected, mask).eq(Counted(actual, mask)).all().item<bool>();
        return ParityVerdict.Exact(name, equal, "the numbers differ");
    }

    private static (double Mean, double Max) Error(Tensor exact, Tensor other)
    {
        Tensor error = other.sub(exact).abs();
        return (error.mean().item<double>(), error.max().item<double>());
    }

    private static Tensor Counted(Tensor tensor, Tensor? mask)
    {
        Tensor wide = tensor.to(ScalarType.Float64);
        if (mask is null) return wide.reshape(-1);
        Tensor flat = mask.reshape(-1).nonzero().reshape(-1);
        return wide.reshape(mask.NumberOfElements, -1).index_select(0, flat).reshape(-1);
    }
}
