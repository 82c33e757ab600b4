using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Magma.Onnx;
using Magma.Perception;

namespace Magma.Cli;

/// <summary>The options of every command that parses screenshots: whose detector finds the controls.</summary>
internal sealed class DetectorOptions
{
    /// <summary>What finds the controls where nothing was learned, for reports.</summary>
    public const string Rules = "rules about shapes";

    private readonly Option<FileInfo?> _detector = new("--detector")
    {
        Description = "Detector of your own: a YOLO network as ONNX (v5, v8 and later, such as OmniParser's icon detector). Default: the trained detector of this program.",
    };

    private readonly Option<FileInfo?> _classes = new("--classes")
    {
        Description = "What the detector's classes are: a YAML file (docs/screens.md), needed with --detector.",
    };

    private readonly Option<FileInfo?> _weights = new("--weights")
    {
        Description = "A trained detector with weights of your own, as magma train writes them.",
    };

    private readonly Option<bool> _rules = new("--rules") { Description = "Rules about shapes, instead of the trained detector that comes with this program." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _detector, _classes, _weights, _rules }) command.Options.Add(option);
    }

    /// <summary>What finds the controls, for reports.</summary>
    public string Name(ParseResult arguments) => (arguments.GetValue(_detector) ?? arguments.GetValue(_weights))?.Name
        ?? (arguments.GetValue(_rules) ? Rules : "the trained detector");

    /// <summary>What opens a parser as asked for; files are read and checked now, once.</summary>
    /// <exception cref="InvalidDataException">One option came without the other, or a file cannot be used.</exception>
    public Func<int?, ScreenParser> Parser(ParseResult arguments)
    {
        string? model = arguments.GetValue(_detector)?.FullName, classes = arguments.GetValue(_classes)?.FullName;
        string? weights = Weights(arguments);
        if (new[] { model is not null || classes is not null, arguments.GetValue(_weights) is not null, arguments.GetValue(_rules) }.Count(given => given) > 1)
            throw new InvalidDataException("--detector, --weights and --rules exclude each other: one thing finds the controls.");
        if (weights is not null)
        {
            using (LearnedDetector.Open(weights))
            {
                return threads => ScreenParser.Open(threads, LearnedDetector.Open(weights, threads));
            }
        }

        if (model is null && classes is null) return ScreenParser.OpenWithRules;
        if (model is null || classes is null)
            throw new InvalidDataException("--detector and --classes go together: the network, and what its classes are.");
        DetectorMap map = DetectorMap.Read(classes);
        using (new OnnxElementDetector(model, map, new OnnxOptions(Threads: 1)))
        {
            return threads => ScreenParser.Open(threads, new OnnxElementDetector(model, map, new OnnxOptions(Threads: threads)));
        }
    }

    /// <summary>The files that decide what is found, by name, with their SHA-256.</summary>
    public JsonObject Models(ParseResult arguments)
    {
        OcrModels models = OcrModels.Installed;
        var hashes = new JsonObject();
        foreach (string? path in new[]
        {
            models.Detector, models.Recognizer, models.Dictionary, arguments.GetValue(_detector)?.FullName, arguments.GetValue(_classes)?.FullName,
            Weights(arguments),
        })
        {
            if (path is null) continue;
            using FileStream file = File.OpenRead(path);
            hashes[Path.GetFileName(path)] = Convert.ToHexStringLower(SHA256.HashData(file));
        }

        return hashes;
    }

    private string? Weights(ParseResult arguments) =>
        arguments.GetValue(_weights)?.FullName
        ?? (arguments.GetValue(_rules) || arguments.GetValue(_detector) is not null || arguments.GetValue(_classes) is not null ? null : ElementWeights.Bundled);
}
