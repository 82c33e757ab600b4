using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>The file <c>resize.json</c> of golden folders of kind <c>processor</c>: tensors resized in every mode.</summary>
internal static class ResizeParity
{
    private const double Bar = 1e-5;

    public static IEnumerable<ParityVerdict> Run(JsonElement cases)
    {
        float[] input = [];
        foreach ((int index, JsonElement one) in cases.EnumerateArray().Index())
        {
            // A text in place of numbers says that they are those of the case before.
            if (one.GetProperty("input") is { ValueKind: JsonValueKind.Array } given) input = Numbers(given);
            yield return Compare(index, one, input);
        }
    }

    private static ParityVerdict Compare(int index, JsonElement one, float[] input)
    {
        string kind = one.GetProperty("mode").GetString()!;
        long[] from = Shape(one, "in_shape"), to = Shape(one, "out_shape");
        bool? corners = one.GetProperty("align_corners") is { ValueKind: not JsonValueKind.Null } flag ? flag.GetBoolean() : null;
        bool antialias = one.GetProperty("antialias").GetBoolean();
        string options = $"{(corners == true ? " align_corners" : "")}{(antialias ? " antialias" : "")}";
        string name = $"resize.json:{index} {kind}{options} {string.Join('x', from)} to {string.Join('x', to)}";
        InterpolationMode? mode = kind switch
        {
            "nearest" => InterpolationMode.Nearest,
            "nearest-exact" => InterpolationMode.NearestExact,
            "bilinear" => InterpolationMode.Bilinear,
            "bicubic" => InterpolationMode.Bicubic,
            "area" => InterpolationMode.Area,
            _ => null,
        };
        if (mode is null || from.Length != 4) return new ParityVerdict(name, ParityOutcome.NotBuilt);
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = tensor(Numbers(one.GetProperty("output")), to);
        Tensor actual = nn.functional.interpolate(
            tensor(input, from), to[2..], mode: mode.Value, align_corners: corners, antialias: antialias);
        return TensorParity.Within(name, expected, actual, Bar);
    }

    private static long[] Shape(JsonElement one, string name) =>
        [.. one.GetProperty(name).EnumerateArray().Select(length => length.GetInt64())];

    private static float[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetSingle())];
}
