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

    private static string Folder => Path.Combine(Repository.Root, "artifacts", "peers", "llama.cpp");

    /// <summary>Installs the peer's packages and makes the model where they are not there yet, in <c>artifacts/peers</c>.</summary>
    /// <param name="type">bf16, q8_0 or q4_0.</param>
    /// <exception cref="InvalidOperationException">A program failed.</exception>
    public static void Prepare(string type)
    {
        Directory.CreateDirectory(Folder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Magma.Benchmarks", "peers", "llama.cpp")))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)), overwrite: true);
        }

        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "node-llama-cpp")))
        {
            Console.WriteLine("Installing the peer (0.7 GB) …");
            Start("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        }

        if (File.Exists(ModelOf(type))) return;
        Console.WriteLine($"Making a random model for the peer: {type} …");
        Start("/usr/bin/python3", "make_gguf.py", $"{ModelOf(type)}.new", "--type", type);
        File.Move($"{ModelOf(type)}.new", ModelOf(type));
    }

    /// <summary>
    /// Tokens a second of one run of the peer, in a process of its own. It computes no logits: llama.cpp leaves out the head where none are asked for.
    /// </summary>
    /// <param name="type">bf16, q8_0 or q4_0.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="decode">Tokens decoded after it.</param>
    /// <exception cref="InvalidOperationException">The peer failed.</exception>
    public static (double Prefill, double Decode) Run(string type, int prompt, int decode)
    {
        JsonElement result = Measure("bench.mjs", type, prompt, decode);
        return (Best(result, "prefill_tokens_per_s"), Best(result, "decode_tokens_per_s"));
    }

    /// <summary>The same, with a token chosen from the logits of each: tokens a second.</summary>
    /// <param name="type">bf16, q8_0 or q4_0.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="decode">Tokens decoded after it.</param>
    /// <exception cref="InvalidOperationException">The peer failed.</exception>
    public static double Generate(string type, int prompt, int decode) => Best(Measure("tokens.mjs", type, prompt, decode), "decode_tokens_per_s");

    /// <summary>The best of a peer's runs.</summary>
    public static double Best(JsonElement result, string name) => result.GetProperty(name).EnumerateArray().Max(rate => rate.GetDouble());

    private static JsonElement Measure(string script, string type, int prompt, int decode)
    {
        string[] numbers = ["--prompt", Text(prompt), "--decode", Text(decode), "--threads", Text(Environment.ProcessorCount), "--runs", "1"];
        return JsonDocument.Parse(Start("node", [script, ModelOf(type), .. numbers])).RootElement;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The peer's model file.</summary>
    public static string ModelOf(string type) => Path.Combine(Folder, $"{type}.gguf");

    private static string Start(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode} in {Folder}.");
        return output;
    }
}
