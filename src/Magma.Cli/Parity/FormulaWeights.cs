using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Magma.Models.Networks;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>
/// Weights that are an exact function of their name and an index (the golden folders' formula), so that networks of real size need no
/// stored weights. Single precision, or rounded once more to <paramref name="type"/>.
/// </summary>
internal sealed class FormulaWeights(
    IReadOnlyList<FormulaRule> rules, string salt, ScalarType type = ScalarType.Float32, bool trainable = false) : WeightStore
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const long ChunkLength = 1 << 22;

    public override bool IsTrainable => trainable;

    /// <summary>Rows of embeddings that are filled; null for all. The others take no memory.</summary>
    public IReadOnlyCollection<long>? EmbeddingRows { get; init; }

    /// <summary>The rules and the salt that stand beside them.</summary>
    public static (IReadOnlyList<FormulaRule> Rules, string Salt) ReadRules(JsonElement element)
    {
        List<FormulaRule> rules = [.. element.GetProperty("rules").EnumerateArray().Select(rule => new FormulaRule(
            new Regex(rule[0].GetString()!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)),
            rule[1].GetDouble(),
            rule[2].ValueKind == JsonValueKind.String ? null : rule[2].GetDouble(),
            rule[2].ValueKind == JsonValueKind.String ? double.Parse(rule[2].GetString()!.Split(':')[1], CultureInfo.InvariantCulture) : null))];
        return (rules, element.TryGetProperty("salt", out JsonElement salt) ? salt.GetString() ?? "" : "");
    }

    /// <summary>scale · r of a name, as pixels are given.</summary>
    public static Tensor Uniform(string name, long[] shape, double scale)
    {
        Tensor tensor = empty(shape, ScalarType.Float32, CPU);
        Fill(tensor, name, 0, 0, scale);
        return tensor;
    }

    public override Tensor Get(string name, ReadOnlySpan<long> shape)
    {
        Tensor tensor = empty(shape.ToArray(), ScalarType.Float32, CPU);
        (double @base, double scale) = ScaleOf(name, shape);
        if (EmbeddingRows is { } rows && name.Contains("embed_tokens", StringComparison.Ordinal))
        {
            foreach (long row in rows)
            {
                using Tensor part = tensor.narrow(0, row, 1);
                Fill(part, salt + name, row * shape[1], @base, scale);
            }

            // The rows that nobody asks for stay untouched memory; converting them would touch it.
            if (type == ScalarType.Float32) return tensor;
            using (tensor) return Converted(tensor, rows);
        }

        Fill(tensor, salt + name, 0, @base, scale);
        if (type == ScalarType.Float32) return tensor;
        using (tensor) return tensor.to(type);
    }

    /// <summary>Some rows of a matrix.</summary>
    public Tensor Rows(string name, ReadOnlySpan<long> shape, long first, long count)
    {
        Tensor tensor = empty([count, shape[1]], ScalarType.Float32, CPU);
        (double @base, double scale) = ScaleOf(name, shape);
        Fill(tensor, salt + name, first * shape[1], @base, scale);
        if (type == ScalarType.Float32) return tensor;
        using (tensor) return tensor.to(type);
    }

    private Tensor Converted(Tensor tensor, IReadOnlyCollection<long> rows)
    {
        Tensor converted = empty(tensor.shape, type, CPU);
        foreach (long row in rows)
        {
            using Tensor from = tensor.narrow(0, row, 1), to = converted.narrow(0, row, 1);
            to.copy_(from).Dispose();
        }

        return converted;
    }

    private (double Base, double Scale) ScaleOf(string name, ReadOnlySpan<long> shape)
    {
        FormulaRule rule = rules.FirstOrDefault(rule => rule.Pattern.IsMatch(name)) ?? throw new InvalidDataException(
            $"No rule of the golden folder fits the parameter {name}.");
        long count = 1;
        foreach (long length in shape) count *= length;
        return (rule.Base, rule.Scale ?? rule.Gain!.Value * Math.Sqrt(3.0 / (count / shape[0])));
    }

    private static void Fill(Tensor tensor, string name, long first, double @base, double scale)
    {
        ulong hash = HashOf(name);
        using Tensor flat = tensor.view(-1);
        long total = flat.shape[0];
        Parallel.For(0, (total + ChunkLength - 1) / ChunkLength, chunk =>
        {
            long start = chunk * ChunkLength;
            using Tensor part = flat.narrow(0, start, Math.Min(ChunkLength, total - start));
            Fill(MemoryMarshal.Cast<byte, float>(part.bytes), hash, (ulong)(first + start), @base, scale);
        });
    }

    private static void Fill(Span<float> values, ulong hash, ulong first, double @base, double scale)
    {
        ulong state = hash + (first * Step);
        for (int index = 0; index < values.Length; index++)
        {
            state += Step;
            ulong x = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            x ^= x >> 31;
            double unit = ((long)(x >> 40) * (1.0 / (1 << 23))) - 1.0;
            values[index] = (float)(@base + (scale * unit));
        }
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    internal static ulong HashOf(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte value in Encoding.UTF8.GetBytes(name)) hash = (hash ^ value) * 0x100000001B3;
        return hash;
    }
}

/// <param name="Pattern">Which names it is for: the first rule whose pattern is found counts.</param>
/// <param name="Base">Middle of the values.</param>
/// <param name="Scale">Half their range, or null when it follows from the shape.</param>
/// <param name="Gain">Scale = gain · √(3 / fan-in).</param>
internal sealed record FormulaRule(Regex Pattern, double Base, double? Scale, double? Gain);
