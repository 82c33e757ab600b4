using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Magma.Browser;
using Magma.Onnx;
using Magma.Torch;
using Magma.Vision;
using Spectre.Console;

namespace Magma.Cli;

/// <summary><c>magma doctor</c>: what is installed, with versions, and what would be used.</summary>
internal static class DoctorCommand
{
    /// <summary>What was found of one part of the toolkit's ground.</summary>
    /// <param name="Part">The part, as people call it.</param>
    /// <param name="Version">Its version; null when it is missing.</param>
    /// <param name="Use">What would be used of it; for a missing part, what to do.</param>
    /// <param name="Optional">Whether everything but the commands that name it works without it.</param>
    private sealed record Finding(string Part, string? Version, string Use, bool Optional = false);

    public static Command Create()
    {
        var command = new Command("doctor", "Show what is installed, with versions, and what would be used.");
        command.SetAction((_, cancellation) => Run(cancellation));
        return command;
    }

    private static async Task<int> Run(CancellationToken cancellation)
    {
        Finding[] findings =
        [
            new(".NET", Environment.Version.ToString(), $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors"),
            Native("libtorch", () => (TorchLibrary.Version, UseOfTorch())),
            Native("OpenCV", () => (VisionLibrary.OpenCvVersion, $"{VisionLibrary.Threads} threads; {VisionLibrary.CodecVersions}")),
            await Program("ffmpeg", "ffmpeg", "-version", cancellation),
            await Program("ffprobe", "ffmpeg", "-version", cancellation),
            Native("ONNX Runtime", () => (OnnxEnvironment.Version, UseOfOnnx())),
            Native("oneDNN", () => (OnnxEnvironment.DnnVersion, OnnxEnvironment.HasBFloat16 ? "text and elements in bfloat16" : "not used: no AVX-512 BF16 here")),
            await Chromium(cancellation),
            MuJoCo(),
        ];
        Print(findings);
        return findings.Any(finding => finding is { Version: null, Optional: false }) ? CommandLine.Failure : CommandLine.Success;
    }

    /// <summary>Asks a native library for its version; a library that cannot be loaded is a finding, not a failure of this command.</summary>
    private static Finding Native(string part, Func<(string Version, string Use)> ask)
    {
        try
        {
            (string version, string use) = ask();
            return new Finding(part, version, use);
        }
        catch (Exception problem) when (problem is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            return new Finding(part, null, problem.GetBaseException().Message);
        }
    }

    private static string UseOfTorch()
    {
        string devices = TorchLibrary.CudaDevices is > 0 and var count ? $"{count} CUDA devices" : "CPU";
        return $"{devices}, {TorchLibrary.Threads} threads; {TorchLibrary.Blas}";
    }

    private static string UseOfOnnx()
    {
        string providers = string.Join(", ", OnnxEnvironment.Providers.Select(provider => provider.Replace("ExecutionProvider", "")));
        return OnnxEnvironment.CudaObstacle() is { } obstacle ? $"{providers}; no CUDA: {obstacle}" : $"{providers}; CUDA ready";
    }

    private static async Task<Finding> Program(string name, string package, string versionFlag, CancellationToken cancellation)
    {
        string missing = $"not on the PATH; install the Debian package {package}";
        try
        {
            string line = await FirstLineOf(name, versionFlag, cancellation);
            string[] words = line.Split(' ');
            int at = Array.IndexOf(words, "version");
            return new Finding(name, at >= 0 && at + 1 < words.Length ? words[at + 1] : line, "videos, as a program over pipes");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Finding(name, null, missing);
        }
    }

    private static async Task<Finding> Chromium(CancellationToken cancellation)
    {
        if (BrowserHost.FindExecutable() is not { } path)
            return new Finding("Chromium", null, "not on the PATH; install the Debian package chromium");
        string line = await FirstLineOf(path, "--version", cancellation);
        string version = line.Split(' ').FirstOrDefault(word => word.Length > 0 && char.IsDigit(word[0])) ?? line;
        return new Finding("Chromium", version, $"{path}, driven by Playwright, without a window");
    }

    private static Finding MuJoCo()
    {
        const string Folder = "/usr/lib/x86_64-linux-gnu";
        string? library = Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "libmujoco.so.*").Order().FirstOrDefault() : null;
        return library is null
            ? new Finding("MuJoCo", null, "not installed (Debian package libmujoco-dev); nothing uses it yet", Optional: true)
            : new Finding("MuJoCo", Path.GetFileName(library)["libmujoco.so.".Length..], $"{library}; nothing uses it yet", Optional: true);
    }

    private static async Task<string> FirstLineOf(string program, string argument, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await errors;
        await process.WaitForExitAsync(cancellation);
        return output.Split('\n')[0].Trim();
    }

    private static void Print(IEnumerable<Finding> findings)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumns(new TableColumn("").NoWrap(), new TableColumn("").NoWrap(), new TableColumn("").NoWrap(), new TableColumn(""));
        foreach (Finding finding in findings)
        {
            (string state, string colour) = finding switch
            {
                { Version: not null } => ("ok", "green"),
                { Optional: true } => ("–", "grey"),
                _ => ("MISSING", "red"),
            };
            table.AddRow(
                new Markup($"[{colour}]{state}[/]"), new Text(finding.Part), new Text(finding.Version ?? ""), new Text(finding.Use));
        }

        Terminal.Output.Write(table);
    }
}
