using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Magma.Testing;

namespace Magma.Benchmarks;

/// <summary>llama.cpp through the npm package node-llama-cpp, on a random model of the 1B shape.</summary>
internal static class LlamaPeer
{
    /// <summary>What figures are compared with.</summary>
    public const string Name = "llama.cpp (node-llama-cpp 3.22.1, CPU)";

    /// <summary>Tokens a second, the best of the peer's runs. Packages and the model are made on first use, in <c>artifacts/peers</c>.</summary>
    /// <param name="type">bf16, q8_0 or q4_0.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="decode">Tokens decoded after it.</param>
    /// <exception cref="InvalidOperationException">A program of the peer failed.</exception>
    public static (double Prefill, double Decode) Run(string type, int prompt, int decode)
    {
        string source = Path.Combine(Repository.Root, "tests", "Magma.Benchmarks", "peers", "llama.cpp");
        string folder = Path.Combine(Repository.Root, "artifacts", "peers", "llama.cpp");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(source)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "node-llama-cpp")))
        {
            Console.WriteLine("Installing the peer (0.7 GB) …");
            Start(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        }

        string model = Path.Combine(folder, $"{type}.gguf");
        if (!File.Exists(model))
        {
            Console.WriteLine($"Making a random model for the peer: {type} …");
            Start(folder, "/usr/bin/python3", "make_gguf.py", $"{model}.new", "--type", type);
            File.Move($"{model}.new", model);
        }

        string[] numbers = ["--prompt", Text(prompt), "--decode", Text(decode), "--threads", Text(Environment.ProcessorCount), "--runs", "2"];
        JsonElement result = JsonDocument.Parse(Start(folder, "node", ["bench.mjs", model, .. numbers])).RootElement;
        return (Best(result, "prefill_tokens_per_s"), Best(result, "decode_tokens_per_s"));
    }

    /// <summary>The best of a peer's runs.</summary>
    public static double Best(JsonElement result, string name) => result.GetProperty(name).EnumerateArray().Max(rate => rate.GetDouble());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Start(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode} in {folder}.");
        return output;
    }
}
