using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

namespace Magma.Benchmarks;

/// <summary>
/// <c>bench torch-overhead</c>: microseconds per small tensor operation from C# beside Python's on the same libtorch. Both sides run the
/// same lines the same number of times, in turns; a line's figure is that of its fastest turn. On a machine whose cores are shared with
/// unseen neighbours the speed doubles and halves within tenths of a second; medians compare the neighbours, the fastest turns the programs.
/// </summary>
internal static class TorchOverheadBenchmark
{
    private const int Turns = 20;
    private const int Rounds = 5;
    private const int Repeats = 20_000;
    private const int BackwardRepeats = 4_000;
    private const string Limit = "at most 1.0, goal 0.8";

    public static Command Create()
    {
        var command = new Command("torch-overhead", "Time per small tensor operation, beside Python on the same libtorch.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        set_num_threads(1);
        Ours();
        var ours = new List<Dictionary<string, double>>();
        var peer = new List<Dictionary<string, double>>();
        for (var turn = 0; turn < Turns; turn++)
        {
            ours.Add(Ours());
            peer.Add(Peer());
        }

        var rows = ours[0].Keys
            .Select(line => new BenchmarkRow(
                $"{line}, µs", ours.Min(turn => turn[line]), peer.Min(turn => turn[line]), Limit))
            .ToList();
        new BenchmarkReport(
            "torch-overhead",
            "peers/torch_overhead.py on Debian's python3-torch, over the same libtorch",
            "./magma bench torch-overhead",
            $"Magma.TorchSharp on libtorch {__version__}, one thread. Both sides run the same lines in turns; "
            + $"a figure is the fastest of {Turns} turns, each the median of {Rounds} rounds.",
            rows).Publish(DateOnly.FromDateTime(DateTime.UtcNow));
        return 0;
    }

    private static Dictionary<string, double> Ours()
    {
        using var a = ones(4);
        using var b = ones(4);
        using var m = ones(8, 8);
        var result = new Dictionary<string, double>();
        using (no_grad())
        {
            result["add"] = Measure(Repeats, () => (a + b).Dispose());
            result["add_in_place"] = Measure(Repeats, () => a.add_(b));
            result["matmul_8x8"] = Measure(Repeats, () => m.matmul(m).Dispose());
            result["view"] = Measure(Repeats, () => m.view(64).Dispose());
            result["slice"] = Measure(Repeats, () => m[2..6].Dispose());
            result["softmax"] = Measure(Repeats, () => m.softmax(-1).Dispose());
        }

        using var w = ones(8, 8, requires_grad: true);
        result["matmul_sum_backward"] = Measure(BackwardRepeats, () =>
        {
            using var product = m.matmul(w);
            using var sum = product.sum();
            sum.backward();
            w.grad = null;
        });
        return result;
    }

    private static double Measure(int repeats, Action action)
    {
        var rounds = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < repeats; i++)
            {
                action();
            }

            rounds[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / repeats;
        }

        return Median.Of(rounds);
    }

    private static Dictionary<string, double> Peer()
    {
        var output = PythonPeer.Run("torch_overhead.py", "torch", "python3-torch");
        return JsonDocument.Parse(output).RootElement.GetProperty("microseconds").Deserialize<Dictionary<string, double>>()!;
    }
}
