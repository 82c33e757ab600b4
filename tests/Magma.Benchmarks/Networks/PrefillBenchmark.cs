using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Magma.Models.Networks;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Benchmarks;

/// <summary><c>bench prefill</c>: prompts of 1,024 tokens through the 1B shape and pictures of 512 × 512 through ConvNeXt-Large, beside peers.</summary>
internal static class PrefillBenchmark
{
    private const int Prompt = 1024;
    private const int Side = 512;

    public static Command Create()
    {
        var command = new Command("prefill", "Prompts through the 1B shape and pictures through ConvNeXt-Large, beside llama.cpp and Python.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var rows = new List<BenchmarkRow>();
        Decoder(rows);
        Vision(rows);
        new BenchmarkReport(
            "prefill",
            $"{LlamaPeer.Name}; peers/llama.py and peers/convnext.py on Debian's python3-torch",
            "./magma bench prefill",
            $"bf16, kernels for {FusedKernels.InstructionSet}. Tokens/s and pictures/s: the best of our runs and of the peers' between them. FLOP/s: the median of "
            + "our runs, each beside the mean of what the bf16 product instruction reached on registers, on all threads, right before and right after it.",
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return 0;
    }

    private static void Decoder(List<BenchmarkRow> rows)
    {
        LlamaPeer.Prepare("bf16");
        using var model = new LlamaShape(16);
        var limit = new LimitedRate(CpuLimits.MeasureProducts);
        model.Run(64, 1);
        void Round() => limit.Add(() => model.Run(Prompt, 1).Prefill, LlamaShape.OperationsPerToken);
        Round();
        double peer = LlamaPeer.Run("bf16", Prompt, 1).Prefill;
        Round();
        string output = PythonPeer.Run("llama.py", "torch", "python3-torch", "prefill", "--runs", "2");
        Round();
        peer = Math.Max(peer, LlamaPeer.Run("bf16", Prompt, 1).Prefill);
        Round();
        rows.Add(new("1B shape, 1,024 tokens, beside llama.cpp bf16, tokens/s", limit.Best, peer, "at least 1.0"));
        rows.Add(new("the same beside Python, tokens/s", limit.Best, LlamaPeer.Best(JsonDocument.Parse(output).RootElement, "tokens_per_s")));
        rows.Add(new("the same, GFLOP/s", limit.Amount / 1e9, null, limit.Text("GFLOP/s", "70 %")));
    }

    private static void Vision(List<BenchmarkRow> rows)
    {
        var config = new VisionConfig { Depths = [3, 3, 27, 3], Widths = [192, 384, 768, 1536], LayerNormEpsilon = 1e-6 };
        using var tower = new ConvNeXt(config, new RandomWeights().Root());
        Picture(tower);
        JsonElement peer = JsonDocument.Parse(PythonPeer.Run("convnext.py", "torch", "python3-torch")).RootElement;
        double operations = peer.GetProperty("operations_per_image").GetDouble(), best = LlamaPeer.Best(peer, "images_per_s");
        var limit = new LimitedRate(CpuLimits.MeasureProducts);
        for (int round = 0; round < 3; round++) limit.Add(() => Picture(tower), operations);
        peer = JsonDocument.Parse(PythonPeer.Run("convnext.py", "torch", "python3-torch")).RootElement;
        for (int round = 0; round < 2; round++) limit.Add(() => Picture(tower), operations);
        best = Math.Max(best, LlamaPeer.Best(peer, "images_per_s"));
        rows.Add(new("ConvNeXt-Large, 512 × 512, pictures/s", limit.Best, best, "at least 1.0"));
        rows.Add(new("the same, GFLOP/s", limit.Amount / 1e9, null, limit.Text("GFLOP/s", "60 %")));
    }

    private static double Picture(ConvNeXt tower)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels = randn(1, 3, Side, Side).to(ScalarType.BFloat16);
        long started = Stopwatch.GetTimestamp();
        tower.call(pixels);
        return 1 / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
