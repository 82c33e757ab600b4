using System.CommandLine;
using System.Diagnostics;
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
        foreach ((int bits, string type) in new[] { (16, "bf16"), (8, "q8_0"), (4, "q4_0") })
        {
            LlamaPeer.Prepare(type);
            // How fast a mapped file is depends on how it came into the page cache, so both engines read theirs anew.
            LlamaShape.Prepare(bits);
            Forget(LlamaShape.FileOf(bits));
            Forget(LlamaPeer.ModelOf(type));
            using var model = new LlamaShape(bits);
            var limit = new LimitedRate(() => CpuLimits.MeasureReading());
            model.Run(Prompt, 1);
            double peer = 0;
            void Round() => limit.Add(() => model.Run(Prompt, Tokens).Decode, model.BytesPerToken);
            int rounds = bits == 4 ? 2 : 3;
            for (int round = 0; round < rounds; round++)
            {
                Round();
                peer = Math.Max(peer, LlamaPeer.Run(type, Prompt, Tokens).Decode);
            }

            string name = bits == 16 ? "bf16" : $"int{bits}";
            double ours = limit.Best;
            rows.Add(new($"{name} beside llama.cpp {type}, tokens/s", ours, peer, "at least 1.0"));
            if (bits == 16)
            {
                string output = PythonPeer.Run("llama.py", "torch", "python3-torch", "decode", "--prompt", "512", "--decode", "16", "--runs", "1");
                rows.Add(new("bf16 beside Python, tokens/s", ours, LlamaPeer.Best(JsonDocument.Parse(output).RootElement, "tokens_per_s"), "never below 1.0"));
            }

            rows.Add(new($"{name}, weights read, GB/s", limit.Amount / 1e9, null, limit.Text("GB/s", bits == 4 ? null : "85 %")));
        }

        rows.AddRange(MaskingCost.Measure());
        new BenchmarkReport(
            "decode",
            $"{LlamaPeer.Name}; peers/llama.py on Debian's python3-torch",
            "./magma bench decode",
            $"1B shape, prompt {Prompt}, {Tokens} tokens, kernels for {FusedKernels.InstructionSet}, weights mapped from a file that, as the peer's, was not in the "
            + "page cache before. Tokens/s: the best of two (int4) or three runs in turns with as many of the peer. Bytes read: the median of our runs, each beside the mean "
            + "of what all threads together read from memory right before and right after it. Bound answers stand beside free ones of our own (in the column of "
            + "peers), prompts of 500 tokens, by the median of what a bound step takes longer than the free one at the same position.",
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return 0;
    }

    // Drops a file from the page cache.
    private static void Forget(string path)
    {
        using Process dropping = Process.Start("dd", [$"if={path}", "iflag=nocache", "count=0", "status=none"]);
        dropping.WaitForExit();
        if (dropping.ExitCode != 0) throw new InvalidOperationException($"dd ended with {dropping.ExitCode} for {path}.");
    }
}
