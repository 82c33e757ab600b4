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
        double step = 0;
        foreach ((int bits, string type) in new[] { (16, "bf16"), (8, "q8_0"), (4, "q4_0") })
        {
            LlamaPeer.Prepare(type);
            LlamaShape.Prepare(bits);
            using var model = new LlamaShape(bits);
            var limit = new LimitedRate(() => CpuLimits.MeasureReading());
            model.Run(Prompt, 1);
            List<double> rates = [], generated = [], evaluated = [];
            for (int round = 0; round < (bits == 16 ? 4 : 3); round++)
            {
                limit.Add(
                    () =>
                    {
                        rates.Add(model.Run(Prompt, Tokens).Decode);
                        return rates[^1];
                    },
                    model.BytesPerToken);
                generated.Add(LlamaPeer.Generate(type, Prompt, Tokens));
                evaluated.Add(LlamaPeer.Run(type, Prompt, Tokens).Decode);
            }

            string name = bits == 16 ? "bf16" : $"int{bits}";
            double ours = Median.Of(rates);
            rows.Add(new($"{name} beside llama.cpp {type}, tokens/s", ours, Median.Of(generated), "at least 1.0"));
            rows.Add(new($"{name} beside llama.cpp {type} without its head and without choosing a token, tokens/s", ours, Median.Of(evaluated)));
            if (bits == 16)
            {
                step = 1 / ours;
                string output = PythonPeer.Run("llama.py", "torch", "python3-torch", "decode", "--prompt", "512", "--decode", "16", "--runs", "1");
                rows.Add(new("bf16 beside Python, tokens/s", ours, LlamaPeer.Best(JsonDocument.Parse(output).RootElement, "tokens_per_s"), "never below 1.0"));
            }

            rows.Add(new($"{name}, weights read, GB/s", limit.Amount / 1e9, null, limit.Text("GB/s", bits == 4 ? null : "85 %")));
        }

        rows.AddRange(MaskingCost.Measure(step));
        new BenchmarkReport(
            "decode",
            $"{LlamaPeer.Name}; peers/llama.py on Debian's python3-torch",
            "./magma bench decode",
            $"1B shape, prompt {Prompt}, {Tokens} tokens, kernels for {FusedKernels.InstructionSet}, weights mapped from files, as the peer's. Tokens/s: medians of three or (bf16) four "
            + "runs in turns. llama.cpp generates as ours do, a token chosen from each step's logits (peers/llama.cpp/tokens.mjs); the program that was given for it (bench.mjs) asks for "
            + "no logits, and llama.cpp then leaves out the head, a fifth of the bytes: the rows below. Bytes read: the median of our runs, each beside the mean of what all threads "
            + "together read from memory right before and right after it. What a grammar costs is measured with the smallest model of the same "
            + "vocabulary, bound answers in turns with free ones (in the column of peers), as a part of a bf16 step of the 1B shape above.",
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return 0;
    }
}
