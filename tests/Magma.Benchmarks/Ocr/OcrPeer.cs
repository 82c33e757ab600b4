using System.Diagnostics;
using System.Text.Json;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary>The npm package <c>@gutenye/ocr-node</c> in a Node.js process of its own, which stays up between pages.</summary>
internal sealed class OcrPeer : IDisposable
{
    /// <summary>What figures are compared with.</summary>
    public const string Name = "@gutenye/ocr-node 1.4.8 (same models, ONNX Runtime in Node.js)";

    private readonly Process _process;

    private OcrPeer(Process process) => _process = process;

    /// <summary>Starts the peer; its packages are installed into <c>artifacts/peers</c> on first use, from the lock file and with scripts off.</summary>
    /// <exception cref="InvalidOperationException">npm failed.</exception>
    public static OcrPeer Start()
    {
        string source = Path.Combine(Repository.Root, "tests", "Magma.Benchmarks", "peers", "ocr-node");
        string folder = Path.Combine(Repository.Root, "artifacts", "peers", "ocr-node");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@gutenye", "ocr-node")))
        {
            Console.WriteLine("Installing the peer …");
            using Process npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = folder })!;
            npm.WaitForExit();
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm ci ended with {npm.ExitCode} in {folder}.");
        }
        return new OcrPeer(Process.Start(new ProcessStartInfo("node", ["read.mjs"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    /// <summary>Reads a picture file; the time is the peer's own, from the path to the text.</summary>
    /// <remarks>
    /// The package centres the picture on a canvas whose sides are multiples of 32 and gives boxes of that canvas (900 rows become 928, so 14 too
    /// low); they are moved back here, or none of its text would lie where the page's text does.
    /// </remarks>
    public (double Milliseconds, List<(PixelBox Box, string Text)> Lines) Read(string path, PixelSize size)
    {
        double right = (32 - size.Width % 32) % 32 / 2.0, down = (32 - size.Height % 32) % 32 / 2.0;
        _process.StandardInput.WriteLine(path);
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended.");
        JsonElement root = JsonDocument.Parse(answer).RootElement;
        return (root.GetProperty("milliseconds").GetDouble(), [.. root.GetProperty("lines").EnumerateArray().Select(line => (
            Around(line.GetProperty("box"), right, down), line.GetProperty("text").GetString()!))]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static PixelBox Around(JsonElement corners, double right, double down)
    {
        double[][] points = [.. corners.EnumerateArray().Select(p => p.EnumerateArray().Select(v => v.GetDouble()).ToArray())];
        return new(
            points.Min(p => p[0]) - right, points.Min(p => p[1]) - down, points.Max(p => p[0]) - right, points.Max(p => p[1]) - down);
    }
}
