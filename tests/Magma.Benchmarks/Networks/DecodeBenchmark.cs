using System.CommandLine;
using System.Text.Json;
using Magma.Torch;

namespace Magma.Benchmarks;

/// <summary><c>bench decode</c>: tokens a second of the 1B shape behind a prompt of 512, beside llama.cpp and Python, and the bytes that they read.</summary>
internal static class DecodeBenchmark
{
    private const int Prompt = 512;
    private const int Tokens = 32;

    public static Command Create()
    {
        var command = new Command("decode", "Decoding of the 1B shape in bf16, int8 and int4, beside llama.cpp and Python.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var rows = new List<BenchmarkRow>();
        double bandwidth = CpuLimits.MeasureReading() / 1e9;
        foreach ((int bits, string type) in new[] { (16, "bf16"), (8, "q8_0"), (4, "q4_0") })
        {
            using var model = new LlamaShape(bits);
            double ours = Best(model);
            double peer = LlamaPeer.Run(type, Prompt, Tokens).Decode;
            ours = Math.Max(ours, Best(model));
            bandwidth = Math.Max(bandwidth, CpuLimits.MeasureReading() / 1e9);
            double read = ours * model.BytesPerToken / 1e9;
            string name = bits == 16 ? "bf16" : $"int{bits}";
            rows.Add(new($"{name} beside llama.cpp {type}, tokens/s", ours, peer, "at least 1.0"));
            rows.Add(new($"{name}, weights read, GB/s", read, null, $"{read / bandwidth:P0} of {bandwidth:F1} GB/s{(bits == 4 ? "" : "; goal 85 %")}"));
            if (bits != 16) continue;
            string output = PythonPeer.Run("llama.py", "torch", "python3-torch", "decode", "--prompt", "512", "--decode", "16", "--runs", "2");
            rows.Add(new("bf16 beside Python, tokens/s", ours, LlamaPeer.Best(JsonDocument.Parse(output).RootElement, "tokens_per_s"), "never below 1.0"));
        }

        new BenchmarkReport(
            "decode",
            $"{LlamaPeer.Name}; peers/llama.py on Debian's python3-torch",
            "./magma bench decode",
            $"1B shape, prompt {Prompt}, {Tokens} tokens, kernels for {FusedKernels.InstructionSet}; the best of four runs of ours around the peer's two. "
            + "The bandwidth is that of all threads reading a gigabyte, the best of all passes of this run.",
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return 0;
    }

    private static double Best(LlamaShape model) => Math.Max(model.Run(Prompt, Tokens).Decode, model.Run(Prompt, Tokens).Decode);
}
