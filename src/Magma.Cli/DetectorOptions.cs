using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Magma.Onnx;
using Magma.Perception;

namespace Magma.Cli;

/// <summary>The options of every command that parses screenshots: whose detector finds the controls.</summary>
internal sealed class DetectorOptions
{
    private readonly Option<FileInfo?> _detector = new("--detector")
    {
        Description = "Detector of your own: a YOLO network as ONNX (v5, v8 and later, such as OmniParser's icon detector). Default: the built-in one.",
    };

    private readonly Option<FileInfo?> _classes = new("--classes")
    {
        Description = "What the detector's classes are: a YAML file (docs/screens.md), needed with --detector.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_detector);
        command.Options.Add(_classes);
    }

    /// <summary>What opens a parser as asked for; files are read and checked now, once.</summary>
    /// <exception cref="InvalidDataException">One option came without the other, or a file cannot be used.</exception>
    public Func<int?, ScreenParser> Parser(ParseResult arguments)
    {
        string? model = arguments.GetValue(_detector)?.FullName, classes = arguments.GetValue(_classes)?.FullName;
        if (model is null && classes is null) return threads => ScreenParser.Open(threads);
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
        })
        {
            if (path is null) continue;
            using FileStream file = File.OpenRead(path);
            hashes[Path.GetFileName(path)] = Convert.ToHexStringLower(SHA256.HashData(file));
        }

        return hashes;
    }
}
