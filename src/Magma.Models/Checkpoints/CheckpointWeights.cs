using Magma.Models.Networks;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Checkpoints;

/// <summary>
/// Weights of a checkpoint, by name and shape. A tensor whose type is kept lies in the mapped file. Whatever does not fit is
/// noted, and <see cref="Finish"/> refuses the checkpoint with all of it.
/// </summary>
/// <param name="file">The open checkpoint; stays the caller's.</param>
/// <param name="type">Type of the parameters; null for the one that most numbers of the checkpoint have.</param>
/// <param name="device">Where they go; null for the CPU.</param>
/// <param name="trainable">Whether they are to be trained.</param>
public sealed class CheckpointWeights(
    ITensorFile file, ScalarType? type = null, Device? device = null, bool trainable = false) : WeightStore
{
    private const int NamesShown = 40;

    // Layers compute in one type: a few weights of another are brought to it.
    private readonly ScalarType? common = type ?? PrevailingType(file);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private readonly List<(string Name, long[] Shape)> missing = [];
    private readonly List<string> misshaped = [];

    /// <inheritdoc/>
    public override bool IsTrainable => trainable;

    /// <inheritdoc/>
    public override bool Has(string name) => file.Find(name) is not null;

    /// <inheritdoc/>
    public override Tensor Get(string name, ReadOnlySpan<long> shape)
    {
        if (file.Find(name) is not { } entry)
        {
            missing.Add((name, shape.ToArray()));
            return Placeholder(shape);
        }

        used.Add(name);
        if (!shape.SequenceEqual([.. entry.Shape]))
        {
            misshaped.Add($"{name}: expected {Text(shape)}, the checkpoint has {Text([.. entry.Shape])}");
            return Placeholder(shape);
        }

        if (TypeOf(entry) is null)
        {
            misshaped.Add($"{name}: expected floating point numbers, the checkpoint has {entry.DType}");
            return Placeholder(shape);
        }

        Tensor tensor = file.Load(name);
        ScalarType wanted = common ?? tensor.dtype;
        if (tensor.dtype == wanted && device is null or { type: DeviceType.CPU }) return tensor;
        using (tensor) return tensor.to(wanted, device ?? CPU);
    }

    /// <inheritdoc/>
    public override QuantizedWeight? GetQuantized(string name, long rows, long columns)
    {
        foreach (int bits in (int[])[8, 4])
        {
            string data = $"{name}_int{bits}", scale = $"{name}_scale";
            if (file.Find(data) is null || file.Find(scale) is not { } scales) continue;
            used.Add(data);
            used.Add(scale);
            // Where two groups give as many scales, they mean the same.
            int group = Array.Find(
                [32, 64, 128],
                size => scales.Shape.Count == 2 && (columns + size - 1) / size == scales.Shape[1] && (bits, size) is not (8, 32));
            if (group == 0 || scales.Shape[0] != rows)
            {
                misshaped.Add($"{scale}: expected a scale for every 64 or 128 columns of [{rows}, {columns}], the checkpoint has {Text([.. scales.Shape])}");
                continue;
            }

            Tensor integers = file.Load(data), factors = file.Load(scale);
            try
            {
                return new QuantizedWeight(Move(integers), Move(factors), bits, columns, group);
            }
            catch (InvalidDataException error)
            {
                misshaped.Add($"{data}: {error.Message}");
            }
        }

        return null;
    }

    /// <summary>What does not fit, a sentence each; empty when everything does.</summary>
    /// <param name="ignored">Tensors of the checkpoint that are known and not used.</param>
    public IReadOnlyList<string> Problems(Func<string, bool>? ignored = null)
    {
        List<string> unknown =
            [.. file.Names.Where(name => !used.Contains(name) && ignored?.Invoke(name) != true).Order(StringComparer.Ordinal)];
        var problems = new List<string>(misshaped);
        foreach ((string name, long[] shape) in missing)
        {
            // A lone stranger of the same place and shape is likely the same tensor under another name.
            List<string> candidates = unknown.FindAll(
                other => Parent(other) == Parent(name) && file.Find(other)!.Shape.SequenceEqual(shape));
            string hint = candidates.Count == 1 ? $"; the checkpoint has {candidates[0]}, was it renamed?" : "";
            problems.Add($"{name} {Text(shape)} is missing{hint}");
        }

        problems.AddRange(unknown.Select(name => $"{name} is in the checkpoint but not in the model"));
        return problems;
    }

    /// <summary>Refuses a checkpoint that does not fit.</summary>
    /// <exception cref="InvalidDataException">Tensors are missing, unknown or of another shape or type; the message lists them.</exception>
    public void Finish(string path, Func<string, bool>? ignored = null) => Refuse(path, Problems(ignored));

    /// <summary>Throws one message for a list of problems, if there are any.</summary>
    internal static void Refuse(string path, IReadOnlyList<string> problems)
    {
        if (problems.Count == 0) return;
        string more = problems.Count > NamesShown ? $"{Environment.NewLine}  and {problems.Count - NamesShown} more" : "";
        throw new InvalidDataException(
            $"{path} does not fit, {problems.Count} problem(s):{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", problems.Take(NamesShown))}{more}");
    }

    private static ScalarType? PrevailingType(ITensorFile file) => file.Names.Select(name => file.Find(name)!)
        .GroupBy(TypeOf, entry => entry.Shape.Aggregate(1.0, (product, length) => product * length))
        .Where(group => group.Key is not null)
        .MaxBy(group => group.Sum())?.Key;

    private static ScalarType? TypeOf(TensorEntry entry) => entry.DType switch
    {
        "F32" => ScalarType.Float32,
        "BF16" => ScalarType.BFloat16,
        "F16" => ScalarType.Float16,
        "F64" => ScalarType.Float64,
        _ => null,
    };

    private Tensor Move(Tensor tensor)
    {
        if (device is null or { type: DeviceType.CPU }) return tensor;
        using (tensor) return tensor.to(device);
    }

    // Takes no memory, however large the shape of a wrong configuration is.
    private static Tensor Placeholder(ReadOnlySpan<long> shape)
    {
        using Tensor zero = zeros([], ScalarType.Float32);
        return zero.expand(shape.ToArray());
    }

    private static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    private static string Parent(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : "";
}
