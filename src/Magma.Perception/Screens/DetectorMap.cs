using System.Globalization;
using System.Text.Json;
using Magma.Data;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Magma.Perception;

/// <summary>What a class of somebody's detector is on a screen.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Interactable">Whether it can be used; null: as <see cref="DetectedIcon.IsUsable"/> says for the kind.</param>
public sealed record DetectorClass(ElementKind Kind, bool? Interactable);

/// <summary>How the output of somebody's detector is read; a YAML file beside the model:</summary>
/// <remarks>
/// <code>
/// size: 1280          # longer side that pictures are scaled to where the model takes any size; default 1280
/// confidence: 0.05    # weaker boxes are dropped; default 0.05
/// overlap: 0.1        # of two boxes with a larger intersection over union the weaker goes; default 0.1
/// classes:            # every class of the model, from 0
///   0: icon
///   1: {kind: button, interactable: true}
/// </code>
/// The defaults are those with which the reference runs OmniParser's icon detector.
/// </remarks>
/// <param name="Classes">One entry per class of the model.</param>
/// <param name="Size">Longer side that a picture is scaled to, in pixels, 32 to 4096.</param>
/// <param name="Confidence">Weaker boxes are dropped, 0 to 1.</param>
/// <param name="Overlap">Largest intersection over union of two boxes that both stay, 0 to 1.</param>
public sealed record DetectorMap(IReadOnlyList<DetectorClass> Classes, int Size = 1280, double Confidence = 0.05, double Overlap = 0.1)
{
    private const int LargestFile = 1 << 20;
    private const int MostClasses = 1000;

    private static readonly Dictionary<string, ElementKind> Kinds =
        Enum.GetValues<ElementKind>().ToDictionary(kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    /// <summary>Reads the YAML file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not as described; all problems in one message.</exception>
    public static DetectorMap Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new FileNotFoundException($"There is no class map at {path}.", path);
        if (file.Length > LargestFile) throw new InvalidDataException($"The class map {path} has {file.Length} bytes; at most {LargestFile} were expected.");
        var problems = new List<string>();
        DetectorMap map = Read(Root(path), problems);
        return problems.Count == 0
            ? map
            : throw new InvalidDataException($"The class map {path} cannot be used:\n  {string.Join("\n  ", problems)}");
    }

    private static YamlMappingNode Root(string path)
    {
        var yaml = new YamlStream();
        try
        {
            using StreamReader reader = File.OpenText(path);
            yaml.Load(reader);
        }
        catch (YamlException problem)
        {
            throw new InvalidDataException($"The class map {path} is no YAML: line {problem.Start.Line}: {problem.Message}", problem);
        }

        return yaml.Documents.Count == 1 && yaml.Documents[0].RootNode is YamlMappingNode root
            ? root
            : throw new InvalidDataException($"The class map {path} must have the members size, confidence, overlap and classes.");
    }

    private static DetectorMap Read(YamlMappingNode root, List<string> problems)
    {
        var map = new DetectorMap([]);
        var classes = new SortedDictionary<int, DetectorClass>();
        foreach ((YamlNode key, YamlNode value) in root.Children)
        {
            switch ($"{key}")
            {
                case "size":
                    map = map with { Size = (int)Number("size", value, 32, 4096, problems) };
                    break;
                case "confidence":
                    map = map with { Confidence = Number("confidence", value, 0, 1, problems) };
                    break;
                case "overlap":
                    map = map with { Overlap = Number("overlap", value, 0, 1, problems) };
                    break;
                case "classes" when value is YamlMappingNode entries:
                    foreach ((YamlNode index, YamlNode what) in entries.Children) Add(classes, $"{index}", what, problems);
                    break;
                default:
                    problems.Add($"'{key}' is none of size, confidence, overlap, classes (a number with a kind each)");
                    break;
            }
        }

        int most = classes.Count == 0 ? 0 : classes.Keys.Max() + 1;
        if (classes.Count == 0) problems.Add("'classes' names no class");
        if (most > classes.Count) problems.Add($"class {Enumerable.Range(0, most).First(index => !classes.ContainsKey(index))} is missing: classes count from 0");
        return map with { Classes = [.. classes.Values] };
    }

    private static void Add(SortedDictionary<int, DetectorClass> classes, string index, YamlNode what, List<string> problems)
    {
        if (!int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number >= MostClasses)
        {
            problems.Add($"class '{index}' is no whole number from 0 to {MostClasses - 1}");
            return;
        }

        string kind = $"{what}";
        bool? interactable = null;
        if (what is YamlMappingNode members)
        {
            kind = "";
            foreach ((YamlNode key, YamlNode value) in members.Children)
            {
                if ($"{key}" == "kind") kind = $"{value}";
                else if ($"{key}" == "interactable" && bool.TryParse($"{value}", out bool usable)) interactable = usable;
                else problems.Add($"class {number}: '{key}: {value}' is neither a kind nor interactable: true or false");
            }
        }

        if (Kinds.TryGetValue(kind, out ElementKind known)) classes[number] = new DetectorClass(known, interactable);
        else problems.Add($"class {number}: '{kind}' is none of the kinds {string.Join(", ", Kinds.Keys)}");
    }

    private static double Number(string name, YamlNode value, double least, double most, List<string> problems)
    {
        if (double.TryParse($"{value}", CultureInfo.InvariantCulture, out double number) && number >= least && number <= most) return number;
        problems.Add($"{name} '{value}' is no number from {least} to {most}");
        return least;
    }
}
