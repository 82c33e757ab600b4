using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Models.Networks;

namespace Magma.Models.Processing;

/// <summary>
/// Settings of <c>preprocessor_config.json</c>. The defaults are the class defaults of the reference; the released file differs.
/// </summary>
public sealed record ImageProcessorConfig
{
    private const int MaxSide = 4096;
    private const int CropLimit = 1024;

    /// <summary>The settings of the released Magma-8B.</summary>
    public static ImageProcessorConfig Released { get; } = new() { Strategy = "crop", BaseSize = 512, MaxCrops = 4 };

    /// <summary><c>anyres_strategy</c>. Has no effect on the crops; the model's own setting decides how they are encoded.</summary>
    public string Strategy { get; init; } = "global";

    /// <summary><c>base_img_size</c>: side of a crop in pixels, a multiple of 32.</summary>
    public int BaseSize { get; init; } = 768;

    /// <summary><c>num_crops</c>: the most crops of a picture.</summary>
    public int MaxCrops { get; init; } = 1;

    /// <summary>Mean of red, green and blue, of values 0..1.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.48145466, 0.4578275, 0.40821073];

    /// <summary>Standard deviation of red, green and blue.</summary>
    public IReadOnlyList<double> Std { get; init; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>Reads a preprocessor_config.json; what is missing has the class default.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or a value out of range; the message lists all.</exception>
    public static ImageProcessorConfig Read(string path)
    {
        ImageProcessorConfig config;
        var problems = new List<string>();
        try
        {
            using JsonDocument file = JsonDocument.Parse(SmallFile.ReadAllBytes(path));
            var reader = new ConfigReader(file.RootElement, "preprocessor_config.json", problems);
            var defaults = new ImageProcessorConfig();
            config = new ImageProcessorConfig
            {
                Strategy = reader.Text("anyres_strategy", defaults.Strategy),
                BaseSize = reader.Integer("base_img_size", defaults.BaseSize, 32, MaxSide),
                MaxCrops = reader.Integer("num_crops", defaults.MaxCrops, 1, CropLimit),
                Mean = reader.Numbers("image_mean") ?? defaults.Mean,
                Std = reader.Numbers("image_std") ?? defaults.Std,
            };
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not JSON: {problem.Message}", problem);
        }

        problems.AddRange(config.Problems());
        if (problems.Count > 0) throw new InvalidDataException($"{path}: {string.Join("; ", problems)}.");
        return config;
    }

    /// <summary>The file's text.</summary>
    public string ToJson() => new JsonObject
    {
        ["anyres_strategy"] = Strategy,
        ["base_img_size"] = BaseSize,
        ["do_convert_rgb"] = true,
        ["image_mean"] = new JsonArray([.. Mean.Select(value => (JsonNode)value)]),
        ["image_processor_type"] = "MagmaImageProcessor",
        ["image_std"] = new JsonArray([.. Std.Select(value => (JsonNode)value)]),
        ["num_crops"] = MaxCrops,
        ["processor_class"] = "MagmaProcessor",
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    /// <summary>What is wrong with the settings, if anything.</summary>
    public IEnumerable<string> Problems()
    {
        if (Strategy is not ("crop" or "global")) yield return $"anyres_strategy is '{Strategy}', expected 'crop' or 'global'";
        if (BaseSize is < 32 or > MaxSide || BaseSize % 32 != 0)
            yield return $"base_img_size is {BaseSize}, expected a multiple of 32 up to {MaxSide}";
        if (MaxCrops is < 1 or > CropLimit) yield return $"num_crops is {MaxCrops}, expected 1 to {CropLimit}";
        if (Mean.Count != 3) yield return $"image_mean has {Mean.Count} numbers, expected 3";
        if (Std.Count != 3 || Std.Any(value => !(value > 0))) yield return "image_std must be 3 numbers above 0";
    }
}
