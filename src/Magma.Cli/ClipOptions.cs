using System.CommandLine;
using Magma.Annotation;
using Magma.Perception;

namespace Magma.Cli;

/// <summary>The options that say by which model windows of videos are compared with their texts.</summary>
internal sealed class ClipOptions
{
    private readonly Option<FileInfo?> _model = new("--clip")
    {
        Description = "Leave out windows that do not show what their text says, by this CLIP model in ONNX: the picture model, or one for pictures and texts.",
    };

    private readonly Option<FileInfo?> _text =
        new("--clip-text") { Description = "The text model, where --clip is the picture model alone." };

    private readonly Option<FileInfo?> _tokenizer =
        new("--clip-tokenizer") { Description = "CLIP's tokenizer.json. Default: the one beside the text model." };

    private readonly Option<double> _threshold = new("--clip-threshold")
    {
        Description = "The least cosine of a window's best frame with its text, -1 to 1.",
        DefaultValueFactory = _ => ImageTextFilter.ReferenceThreshold,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _model, _text, _tokenizer, _threshold }) command.Options.Add(option);
    }

    /// <summary>Opens the model; null where none was given.</summary>
    public ClipScorer? Open(ParseResult arguments)
    {
        FileInfo? text = arguments.GetValue(_text), tokenizer = arguments.GetValue(_tokenizer);
        if (arguments.GetValue(_model) is { } model) return ClipScorer.Open(model.FullName, text?.FullName, tokenizer?.FullName);
        return text is null && tokenizer is null
            ? null
            : throw new InvalidDataException("--clip-text and --clip-tokenizer belong to --clip, which was not given.");
    }

    /// <summary>The filter of a model.</summary>
    public ImageTextFilter? Filter(ParseResult arguments, ClipScorer? scorer)
    {
        double threshold = arguments.GetValue(_threshold);
        if (!(threshold is >= -1 and <= 1)) throw new InvalidDataException($"--clip-threshold is {threshold}, expected -1 to 1.");
        return scorer is null ? null : new ImageTextFilter(scorer, threshold);
    }
}
