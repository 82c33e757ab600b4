using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Vision;

namespace Magma.Datasets.LeRobot;

/// <summary>One feature of a LeRobot data set, as <c>meta/info.json</c> describes it.</summary>
/// <param name="Name">For example <c>observation.state</c>.</param>
/// <param name="DType"><c>float32</c>, <c>int64</c>, <c>bool</c>, <c>video</c>, <c>image</c>, <c>language</c> …</param>
/// <param name="Shape">The shape of one value; [height, width, channels] for cameras.</param>
/// <param name="Names">Names of the dimensions as JSON, or null.</param>
public sealed record LeRobotFeature(string Name, string DType, IReadOnlyList<int> Shape, JsonNode? Names = null)
{
    /// <summary>The feature that annotations of moments are kept in.</summary>
    public const string EventsName = LeRobotColumns.Events;

    /// <summary>The features that every data set has, after its own, in the order of the files.</summary>
    public static IReadOnlyList<LeRobotFeature> Defaults { get; } =
    [
        new("timestamp", "float32", [1]),
        new("frame_index", "int64", [1]),
        new("episode_index", "int64", [1]),
        new("index", "int64", [1]),
        new("task_index", "int64", [1]),
    ];

    public bool IsVideo => DType == "video";

    public bool IsImage => DType == "image";

    public bool IsCamera => IsVideo || IsImage;

    public bool IsLanguage => DType == "language";

    /// <summary>Whether its values are numbers or truth values, kept in the table.</summary>
    public bool IsNumeric => !IsCamera && !IsLanguage && DType != "string";

    /// <summary>How many numbers one value has.</summary>
    public int Width => Shape.Aggregate(1, (product, side) => checked(product * side));

    /// <summary>The size of a camera's pictures; some data sets give the channels first.</summary>
    internal PixelSize PictureSize => Shape is [< 5, _, > 4] ? new PixelSize(Shape[2], Shape[1]) : new PixelSize(Shape[1], Shape[0]);

    internal static LeRobotFeature Read(JsonProperty feature) => new(
        feature.Name,
        feature.Value.GetProperty("dtype").GetString()!,
        [.. feature.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())],
        feature.Value.TryGetProperty("names", out JsonElement names) && names.ValueKind != JsonValueKind.Null
            ? JsonNode.Parse(names.GetRawText())
            : null);
}
