using Magma.Torch.Native;
using static TorchSharp.torch;

namespace Magma.Torch;

/// <summary>
/// A decoder layer for one new token in each row as one native call: x + attention(norm(x)), and that + down(silu(gate) · up) of its
/// norm. The same numbers as the single calls of <see cref="FusedKernels"/> and <see cref="FusedLinear"/> give, without the waiting of
/// threads for each other between them. The layers stay the caller's.
/// </summary>
public sealed class FusedLayer
{
    /// <summary>Weight of the norm before attention.</summary>
    public required Tensor InputNorm { get; init; }

    /// <summary>Projections to queries, keys and values; or one to all of them, side by side in this order.</summary>
    public required IReadOnlyList<FusedLinear> Projections { get; init; }

    /// <summary>Projection of what the heads saw.</summary>
    public required FusedLinear Output { get; init; }

    /// <summary>Weight of the norm before the second half.</summary>
    public required Tensor OutputNorm { get; init; }

    /// <summary>Gate and up; or one layer with the rows of both, in this order.</summary>
    public required IReadOnlyList<FusedLinear> GateAndUp { get; init; }

    /// <summary>The projection back.</summary>
    public required FusedLinear Down { get; init; }

    /// <summary>Query heads.</summary>
    public required long Heads { get; init; }

    /// <summary>ε of both norms.</summary>
    public required double Epsilon { get; init; }

    /// <summary>Positions that a query sees, its own included; null for all.</summary>
    public long? Window { get; init; }

    /// <summary>Runs the layer, and puts the token's keys and values into the cache.</summary>
    /// <param name="x">(B, 1, n), B at most 8.</param>
    /// <param name="cosine">(B or 1, 1, d/2), float32: see <see cref="FusedKernels.Rotate"/>.</param>
    /// <param name="sine">As the cosines.</param>
    /// <param name="keys">(B, K, more than start, D), heads of 32 to 256 dimensions in steps of 32.</param>
    /// <param name="values">As the keys.</param>
    /// <param name="mask">Which positions may be seen, bool (B, start + 1); null for all.</param>
    /// <param name="start">Position of the token.</param>
    /// <returns>(B, 1, n); null where the kernel cannot run, and nothing has happened.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public Tensor? Run(Tensor x, Tensor cosine, Tensor sine, Tensor keys, Tensor values, Tensor? mask, long start)
    {
        FusedLinear gate = GateAndUp[0], up = GateAndUp[^1];
        long size = keys.shape[^1];
        if (x.shape[0] > 8 || x.shape[1] != 1 || size % 32 != 0 || size > 256 || !up.SharesFormat(gate)) return null;
        if (!KernelMethods.Usable(false, x, InputNorm, OutputNorm, keys, values)) return null;
        foreach (FusedLinear projection in Projections)
        {
            if (!projection.Fits(x)) return null;
        }

        if (!gate.Fits(x) || !up.Fits(x) || !Output.Fits(x) || !Down.Fits(x)) return null;
        Tensor y = empty(x.shape, x.dtype, x.device);
        LinearCall widening = gate.Weights();
        if (GateAndUp.Count > 1) (widening.Up, widening.UpScales) = (up.Weights().Weight, up.Weights().Scales);
        var call = new LayerCall
        {
            X = x.Handle,
            Y = y.Handle,
            InputNorm = InputNorm.Handle,
            OutputNorm = OutputNorm.Handle,
            Cosine = cosine.Handle,
            Sine = sine.Handle,
            Keys = keys.Handle,
            Values = values.Handle,
            Mask = mask?.Handle ?? IntPtr.Zero,
            QueryProjection = Projections[0].Weights(),
            KeyProjection = Projections.Count > 1 ? Projections[1].Weights() : default,
            ValueProjection = Projections.Count > 1 ? Projections[2].Weights() : default,
            OutputProjection = Output.Weights(),
            GateProjection = widening,
            DownProjection = Down.Weights(),
            Heads = Heads,
            Start = start,
            Window = Window ?? long.MaxValue >> 1,
            Epsilon = Epsilon,
            Scale = 1 / Math.Sqrt(size),
        };
        KernelMethods.Run(in call, y);
        return y;
    }
}
