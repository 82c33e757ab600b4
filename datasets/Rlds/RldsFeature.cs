using System.Globalization;
using System.Text.Json;

namespace Magma.Datasets.Rlds;

/// <summary>How a feature's values are kept.</summary>
public enum RldsKind
{
    /// <summary>Numbers or truth values, as a flat list.</summary>
    Numbers,

    /// <summary>UTF-8.</summary>
    Text,

    /// <summary>An encoded picture (JPEG or PNG).</summary>
    Image,

    /// <summary>Raw bytes, an encoding or a nesting that this reader does not take apart.</summary>
    Other,
}

/// <summary>One feature of an RLDS data set, as <c>features.json</c> of TensorFlow Datasets describes it.</summary>
/// <param name="Name">Its path, with slashes: <c>steps/observation/image</c>.</param>
/// <param name="Kind">How its values are kept.</param>
/// <param name="DType">NumPy's name of the number type; empty for texts.</param>
/// <param name="Shape">The shape of one value; empty for a scalar and for texts; -1 where it is unknown.</param>
public sealed record RldsFeature(string Name, RldsKind Kind, string DType, IReadOnlyList<int> Shape)
{
    /// <summary>How many stored values make one value of this feature.</summary>
    public int Width => Kind == RldsKind.Numbers ? Shape.Aggregate(1, (product, side) => checked(product * side)) : 1;

    /// <summary>Reads <c>features.json</c>: a tree, flattened to its leaves in the order of the file.</summary>
    /// <exception cref="InvalidDataException">It is no such description.</exception>
    public static IReadOnlyList<RldsFeature> Read(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            var features = new List<RldsFeature>();
            Add(features, "", json.RootElement, nested: false);
            return features;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"{path} is no features.json of TensorFlow Datasets: {problem.Message}", problem);
        }
    }

    private static void Add(List<RldsFeature> features, string name, JsonElement node, bool nested)
    {
        if (node.TryGetProperty("featuresDict", out JsonElement dictionary))
        {
            foreach (JsonProperty part in dictionary.GetProperty("features").EnumerateObject())
                Add(features, name.Length == 0 ? part.Name : $"{name}/{part.Name}", part.Value, nested);
        }
        else if (node.TryGetProperty("sequence", out JsonElement sequence))
        {
            // The steps of an episode are one sequence; a sequence of varying length inside it is stored in another way.
            if (nested) features.Add(new RldsFeature(name, RldsKind.Other, "", []));
            else Add(features, name, sequence.GetProperty("feature"), nested: true);
        }
        else if (node.TryGetProperty("image", out JsonElement image))
        {
            string type = image.TryGetProperty("dtype", out JsonElement pixels) ? pixels.GetString() ?? "" : "uint8";
            features.Add(new RldsFeature(name, RldsKind.Image, type, ShapeOf(image)));
        }
        else if (node.TryGetProperty("text", out _))
        {
            features.Add(new RldsFeature(name, RldsKind.Text, "", []));
        }
        else if (node.TryGetProperty("tensor", out JsonElement tensor))
        {
            string type = tensor.GetProperty("dtype").GetString() ?? "";
            IReadOnlyList<int> shape = ShapeOf(tensor);
            bool plain = (!tensor.TryGetProperty("encoding", out JsonElement encoding) || encoding.GetString() == "none")
                && !shape.Contains(-1);
            RldsKind kind = !plain ? RldsKind.Other : type is "string" or "object" ? RldsKind.Text : RldsKind.Numbers;
            features.Add(new RldsFeature(name, kind, type, shape));
        }
        else
        {
            features.Add(new RldsFeature(name, RldsKind.Other, "", []));
        }
    }

    // 64-bit numbers are texts in the JSON form of protocol buffers.
    private static int[] ShapeOf(JsonElement node) =>
        node.TryGetProperty("shape", out JsonElement shape) && shape.TryGetProperty("dimensions", out JsonElement sides)
            ? [.. sides.EnumerateArray().Select(side => side.ValueKind == JsonValueKind.String
                ? int.Parse(side.GetString()!, CultureInfo.InvariantCulture)
                : side.GetInt32())]
            : [];
}
