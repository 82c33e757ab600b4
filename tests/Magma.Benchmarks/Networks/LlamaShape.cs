using System.Diagnostics;
using Magma.Models.Checkpoints;
using Magma.Models.Networks;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Magma.Benchmarks;

/// <summary>Our decoder in the shape of Llama-3.2-1B with random weights, timed as the peers are. The weights lie in a mapped file, as a checkpoint's do.</summary>
internal sealed class LlamaShape : IDisposable
{
    private static readonly DecoderConfig Config = new()
    {
        HiddenSize = 2048,
        IntermediateSize = 8192,
        Layers = 16,
        Heads = 32,
        KeyValueHeads = 8,
        HeadDimension = 64,
        RotaryDimension = 64,
        VocabularySize = 128256,
        MaxPositions = 4096,
        RopeTheta = 500000,
        RmsNormEpsilon = 1e-5,
        TiesEmbeddings = true,
    };

    private readonly SafetensorsFile file;
    private readonly Decoder decoder;

    /// <param name="bits">16 (bfloat16), 8 or 4. The file is made on first use, in <c>artifacts/peers</c>.</param>
    public LlamaShape(int bits)
    {
        Prepare(bits);
        file = SafetensorsFile.Open(FileOf(bits));
        decoder = new Decoder(Config, new CheckpointWeights(file).Root());
        // A tied embedding is the head too; with a quantised head beside it, one row of it is read.
        BytesPerToken = file.Entries.Values.Where(entry => entry.Shape.Count == 2 && (bits == 16 || !entry.Name.Contains("embed", StringComparison.Ordinal)))
            .Sum(entry => entry.ByteCount);
    }

    /// <summary>Operations of a prompt's token in the layers' matrices; the head runs for the last token only.</summary>
    public static double OperationsPerToken => 2.0 * Config.Layers * Config.HiddenSize
        * (((Config.Heads + (2 * Config.KeyValueHeads)) * Config.HeadDimension) + Config.HiddenSize + (3 * Config.IntermediateSize));

    /// <summary>Bytes of weights that a decoded token reads.</summary>
    public long BytesPerToken { get; }

    /// <summary>The file of the weights.</summary>
    public static string FileOf(int bits) => Path.Combine(Repository.Root, "artifacts", "peers", "magma", $"{bits} bits", "model.safetensors");

    /// <summary>Makes the file where it is not there yet.</summary>
    public static void Prepare(int bits)
    {
        if (!File.Exists(FileOf(bits))) Write(Path.GetDirectoryName(FileOf(bits))!, bits);
    }

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

    public void Dispose()
    {
        decoder.Dispose();
        file.Dispose();
    }

    private static void Write(string folder, int bits)
    {
        Console.WriteLine($"Making a random model of {bits} bits …");
        Directory.CreateDirectory(folder);
        using var random = new Decoder(Config, new RandomWeights(bits).Root());
        IEnumerable<(string Name, Tensor Tensor)> tensors = [.. random.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)), .. random.named_buffers()];
        ShardedWriter.Write(folder, tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor, StringComparer.Ordinal));
    }

    private long Step(long[] ids, DecoderCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor positions = arange(cache.Length, cache.Length + ids.Length).unsqueeze(0);
        using DecoderOutput output = decoder.Run(decoder.Embed(tensor(ids).unsqueeze(0)), positions, cache: cache);
        // As the generator takes them.
        Tensor logits = decoder.Logits(output.Hidden.narrow(1, ids.Length - 1, 1)).to(ScalarType.Float32);
        return TensorPrimitives.IndexOfMax(logits.data<float>().ToArray());
    }
}
