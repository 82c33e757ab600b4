using Magma.Torch.Native;
using static TorchSharp.torch;

namespace Magma.Torch;

/// <summary>
/// A decoder layer for one new token in each row: x + attention(norm(x)), and that + down(silu(gate) · up) of its norm. All layers of a
/// decoder run as one native call, with the numbers that the single calls of <see cref="FusedKernels"/> and <see cref="FusedLinear"/>
/// give, but without threads that are started and waited for between them. The parts stay the caller's.
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

    /// <summary>Runs layers one after the other, and puts the token's keys and values into their caches.</summary>
    /// <param name="layers">The layers and their keys and values (B, K, more than start, D), D 32 to 256 in steps of 32.</param>
    /// <param name="x">(B, 1, n), B at most 8.</param>
    /// <param name="cosine">(B or 1, 1, d/2), float32: see <see cref="FusedKernels.Rotate"/>.</param>
    /// <param name="sine">As the cosines.</param>
    /// <param name="mask">Which positions may be seen, bool (B, start + 1); null for all.</param>
    /// <param name="start">Position of the token.</param>
    /// <returns>(B, 1, n); null where the kernel cannot run, and nothing has happened.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static Tensor? Run(
        IReadOnlyList<(FusedLayer Layer, Tensor Keys, Tensor Values)> layers, Tensor x, Tensor cosine, Tensor sine, Tensor? mask, long start)
    {
        if (x.shape[0] > 8 || x.shape[1] != 1 || !x.is_contiguous()) return null;
        foreach ((FusedLayer layer, Tensor keys, Tensor values) in layers)
        {
            if (!layer.Fits(x, keys, values)) return null;
        }

        // Two results take turns.
        var turns = new Tensor[] { empty(x.shape, x.dtype, x.device), empty(x.shape, x.dtype, x.device) };
        try
        {
            var calls = new LayerCall[layers.Count];
            for (int i = 0; i < calls.Length; i++)
            {
                (FusedLayer layer, Tensor keys, Tensor values) = layers[i];
                ref LayerCall call = ref calls[i];
                call = layer.Call();
                (call.X, call.Y) = (i == 0 ? x.Handle : turns[(i + 1) % 2].Handle, turns[i % 2].Handle);
                (call.Keys, call.Values, call.Cosine, call.Sine) = (keys.Handle, values.Handle, cosine.Handle, sine.Handle);
                (call.Mask, call.Start, call.Scale) = (mask?.Handle ?? IntPtr.Zero, start, 1 / Math.Sqrt(keys.shape[^1]));
            }

            KernelMethods.Run(calls);
        }
        catch
        {
            turns[(layers.Count + 1) % 2].Dispose();
            throw;
        }
        finally
        {
            turns[layers.Count % 2].Dispose();
        }

        return turns[(layers.Count + 1) % 2];
    }

    private bool Fits(Tensor x, Tensor keys, Tensor values)
    {
        long size = keys.shape[^1];
        if (size % 32 != 0 || size > 256 || !GateAndUp[^1].SharesFormat(GateAndUp[0])) return false;
        if (!KernelMethods.Usable(false, x, InputNorm, OutputNorm, keys, values) || !Output.Fits(x) || !Down.Fits(x)) return false;
        return Projections.Concat(GateAndUp).All(layer => layer.Fits(x));
    }

    private LayerCall Call()
    {
        LinearCall widening = GateAndUp[0].Weights();
        if (GateAndUp.Count > 1)
        {
            LinearCall up = GateAndUp[1].Weights();
            (widening.Up, widening.UpScales) = (up.Weight, up.Scales);
        }

        return new LayerCall
        {
            InputNorm = InputNorm.Handle,
            OutputNorm = OutputNorm.Handle,
            QueryProjection = Projections[0].Weights(),
            KeyProjection = Projections.Count > 1 ? Projections[1].Weights() : default,
            ValueProjection = Projections.Count > 1 ? Projections[2].Weights() : default,
            OutputProjection = Output.Weights(),
            GateProjection = widening,
            DownProjection = Down.Weights(),
            Heads = Heads,
            Window = Window ?? long.MaxValue >> 1,
            Epsilon = Epsilon,
        };
    }
}
