using System.Diagnostics;
using Magma.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Benchmarks;

/// <summary>Our decoder in the shape of Llama-3.2-1B with random weights, timed as the peers are.</summary>
internal sealed class LlamaShape : IDisposable
{
    private static readonly DecoderConfig Config = new()
    {
        HiddenSize = 2048, IntermediateSize = 8192, Layers = 16, Heads = 32, KeyValueHeads = 8, HeadDimension = 64, RotaryDimension = 64,
        VocabularySize = 128256, MaxPositions = 4096, RopeTheta = 500000, RmsNormEpsilon = 1e-5, TiesEmbeddings = true,
    };

    private readonly Decoder decoder;

    public LlamaShape(int bits)
    {
        var weights = new RandomWeights(bits);
        decoder = new Decoder(Config, weights.Root());
        BytesPerToken = weights.MatrixBytes;
    }

    /// <summary>Operations of a prompt's token in the layers' matrices; the head runs for the last token only.</summary>
    public static double OperationsPerToken => 2.0 * Config.Layers * Config.HiddenSize
        * (((Config.Heads + (2 * Config.KeyValueHeads)) * Config.HeadDimension) + Config.HiddenSize + (3 * Config.IntermediateSize));

    /// <summary>Bytes of weights that a decoded token reads.</summary>
    public long BytesPerToken { get; }

    /// <summary>Reads a prompt and decodes greedily: tokens a second of both.</summary>
    public (double Prefill, double Decode) Run(int prompt, int decode)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using DecoderCache cache = decoder.NewCache(1, prompt + decode);
        long[] ids = [.. Enumerable.Range(0, prompt).Select(i => (i * 7919L % 1000) + 10)];
        long started = Stopwatch.GetTimestamp();
        long next = Step(ids, cache);
        double prefill = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        for (int token = 0; token < decode; token++) next = Step([next], cache);
        return (prompt / prefill, decode / Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    public void Dispose() => decoder.Dispose();

    private long Step(long[] ids, DecoderCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor positions = arange(cache.Length, cache.Length + ids.Length).unsqueeze(0);
        using DecoderOutput output = decoder.Run(decoder.Embed(tensor(ids).unsqueeze(0)), positions, cache: cache);
        return decoder.Logits(output.Hidden.narrow(1, ids.Length - 1, 1)).argmax().item<long>();
    }
}
