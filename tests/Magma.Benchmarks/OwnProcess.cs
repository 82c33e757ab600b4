using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Magma.Benchmarks;

/// <summary>Other programs run to their end, figures of benchmarks measured in a process of their own, and this process's memory.</summary>
internal static class OwnProcess
{
    /// <summary>Runs a program to its end.</summary>
    public static (int Code, string Output, string Errors) Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>Runs a hidden subcommand of this assembly, which prints its figures as JSON.</summary>
    /// <param name="arguments">The subcommand and its arguments.</param>
    /// <param name="cores">How many of the first cores it may use; null for all.</param>
    /// <exception cref="InvalidOperationException">The run failed; the message holds what it wrote.</exception>
    public static T Figures<T>(string[] arguments, int? cores = null)
    {
        string[] self = ["dotnet", typeof(OwnProcess).Assembly.Location, .. arguments];
        string[] command = cores is { } count ? ["taskset", "-c", $"0-{count - 1}", .. self] : self;
        (int code, string output, string errors) = Run(command[0], command[1..]);
        return code == 0
            ? JsonSerializer.Deserialize<T>(output)!
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {code}: {errors}");
    }

    /// <summary>The largest resident size of this process so far, in KiB.</summary>
    public static double PeakMemory() => Status("VmHWM:");

    /// <summary>The resident size of this process, in KiB.</summary>
    public static double Memory() => Status("VmRSS:");

    // proc(5): "VmHWM:     1234 kB".
    private static double Status(string name) => double.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
