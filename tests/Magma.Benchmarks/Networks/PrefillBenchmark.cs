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
        double peak = CpuLimits.MeasureProducts();
        Decoder(rows, ref peak);
        Vision(rows, ref peak);
        new BenchmarkReport(
            "prefill",
            $"{LlamaPeer.Name}; peers/llama.py and peers/convnext.py on Debian's python3-torch",
            "./magma bench prefill",
            $"bf16, kernels for {FusedKernels.InstructionSet}; the best of ours around the best of the peer's runs. The peak is the "
            + "bf16 product instruction of all threads on registers alone, the best of all passes of this run.",
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return 0;
    }

    private static void Decoder(List<BenchmarkRow> rows, ref double peak)
    {
        using var model = new LlamaShape(16);
        double ours = Math.Max(model.Run(Prompt, 1).Prefill, model.Run(Prompt, 1).Prefill);
        double peer = LlamaPeer.Run("bf16", Prompt, 1).Prefill;
        string output = PythonPeer.Run("llama.py", "torch", "python3-torch", "prefill", "--runs", "2");
        ours = Math.Max(ours, model.Run(Prompt, 1).Prefill);
        peak = Math.Max(peak, CpuLimits.MeasureProducts());
        double rate = ours * LlamaShape.OperationsPerToken;
        rows.Add(new("1B shape, 1,024 tokens, beside llama.cpp bf16, tokens/s", ours, peer, "at least 1.0"));
        rows.Add(new("the same beside Python, tokens/s", ours, LlamaPeer.Best(JsonDocument.Parse(output).RootElement, "tokens_per_s")));
        rows.Add(new("the same, GFLOP/s", rate / 1e9, null, $"{rate / peak:P0} of {peak / 1e9:F0}; goal 70 %"));
    }

    private static void Vision(List<BenchmarkRow> rows, ref double peak)
    {
        var config = new VisionConfig { Depths = [3, 3, 27, 3], Widths = [192, 384, 768, 1536], LayerNormEpsilon = 1e-6 };
        using var tower = new ConvNeXt(config, new RandomWeights().Root());
        double ours = Math.Max(Picture(tower), Picture(tower));
        JsonElement peer = JsonDocument.Parse(PythonPeer.Run("convnext.py", "torch", "python3-torch")).RootElement;
        ours = Math.Max(ours, Math.Max(Picture(tower), Picture(tower)));
        peak = Math.Max(peak, CpuLimits.MeasureProducts());
        double rate = ours * peer.GetProperty("operations_per_image").GetDouble();
        rows.Add(new("ConvNeXt-Large, 512 × 512, pictures/s", ours, LlamaPeer.Best(peer, "images_per_s"), "at least 1.0"));
        rows.Add(new("the same, GFLOP/s", rate / 1e9, null, $"{rate / peak:P0} of {peak / 1e9:F0}; goal 60 %"));
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
