using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>
/// Cosines and sines by which queries and keys are turned (RoPE): dimension i goes with i + d/2, at the frequency θ^(-2i/d),
/// changed as Llama 3.1 or LongRoPE want it. Tables are computed in single precision.
/// </summary>
internal sealed class RotaryEmbedding
{
    private readonly float[] frequencies;
    private readonly float[] longFrequencies;
    private readonly double magnitude = 1;

    public RotaryEmbedding(DecoderConfig config)
    {
        frequencies = Frequencies(config, config.ShortFactors);
        longFrequencies = config.RopeScaling == RopeScaling.LongRope ? Frequencies(config, config.LongFactors) : frequencies;
        if (config.RopeScaling == RopeScaling.Llama3) Stretch(frequencies, config);
        double stretch = config.RopeScaling == RopeScaling.LongRope ? (double)config.MaxPositions / config.OriginalMaxPositions : 1;
        if (stretch > 1) magnitude = Math.Sqrt(1 + (Math.Log(stretch) / Math.Log(config.OriginalMaxPositions)));
    }

    /// <summary>Cosines and sines for positions (B, T): (B, T, rotated dimensions / 2), float32.</summary>
    /// <param name="positions">Positions, int64.</param>
    /// <param name="isLong">Whether the sequence is beyond the original length, where LongRoPE has other factors.</param>
    public (Tensor Cosine, Tensor Sine) Tables(Tensor positions, bool isLong)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] chosen = isLong ? longFrequencies : frequencies;
        Tensor angles = positions.to(ScalarType.Float32).unsqueeze(-1).mul(tensor(chosen, device: positions.device));
        return (angles.cos().mul(magnitude).MoveToOuterDisposeScope(), angles.sin().mul(magnitude).MoveToOuterDisposeScope());
    }

    private static float[] Frequencies(DecoderConfig config, IReadOnlyList<double> factors)
    {
        // PyTorch's own power function in single precision: the last bit of a frequency is seen at thousands of positions.
        using DisposeScope scope = NewDisposeScope();
        int count = config.RotaryDimension / 2;
        Tensor exponents = tensor([.. Enumerable.Range(0, count).Select(index => 2f * index / config.RotaryDimension)]);
        float[] powers = [.. tensor((float)config.RopeTheta).pow(exponents).data<float>()];
        for (int index = 0; index < count; index++) powers[index] = 1f / (factors.Count == count ? (float)factors[index] * powers[index] : powers[index]);
        return powers;
    }

    private static void Stretch(float[] frequencies, DecoderConfig config)
    {
        (double factor, double low, double high) = config.Llama3Scaling;
        double original = config.OriginalMaxPositions;
        for (int index = 0; index < frequencies.Length; index++)
        {
            double frequency = frequencies[index], wave = 2 * Math.PI / frequency;
            if (wave > original / low)
            {
                frequencies[index] = (float)(frequency / factor);
            }
            else if (wave >= original / high)
            {
                double share = ((original / wave) - low) / (high - low);
                frequencies[index] = (float)(((1 - share) * frequency / factor) + (share * frequency));
            }
        }
    }
}
