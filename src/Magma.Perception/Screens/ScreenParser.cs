using System.Diagnostics;
using Magma.Data;
using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// From a screenshot's pixels to its elements: text is read while a detector finds what can be used, and both are merged by the rules of the
/// released UI code (OmniParser's clean-up). The same picture gives the same elements on every run and with any number of threads, on
/// processors of one kind: those that multiply in bfloat16 (<see cref="OnnxOptions"/>) may read a character otherwise. Several threads may use one parser
/// at the same time.
/// </summary>
/// <param name="ocr">Reads the text; disposed with the parser.</param>
/// <param name="detector">Finds controls, icons and pictures; disposed with the parser. Null for rules about shapes, which need no network.</param>
public sealed class ScreenParser(OcrReader ocr, IElementDetector? detector = null) : IDisposable
{
    private const string ElementDetection = "element detection";

    /// <summary>A parser on the installed models.</summary>
    /// <param name="threads">Threads for the networks, at least 1; one per core when null. For the trained detector see <see cref="LearnedDetector.Open"/>.</param>
    /// <param name="detector">Finds controls, icons and pictures; disposed with the parser. Null for the trained one that comes with this library.</param>
    /// <exception cref="FileNotFoundException">A model file is missing; the detector is disposed of.</exception>
    public static ScreenParser Open(int? threads = null, IElementDetector? detector = null)
    {
        detector ??= LearnedDetector.Open(threads: threads);
        try
        {
            return new ScreenParser(new OcrReader(options: new OnnxOptions(Threads: threads)), detector);
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    /// <summary>A parser on the installed models that finds controls by rules about shapes, without a network.</summary>
    /// <param name="threads">Threads for the networks that read text, at least 1; one per core when null.</param>
    /// <exception cref="FileNotFoundException">A model file is missing.</exception>
    public static ScreenParser OpenWithRules(int? threads = null) => new(new OcrReader(options: new OnnxOptions(Threads: threads)));

    /// <summary>Finds what is on a screen.</summary>
    /// <param name="image">The screenshot, of any size; it is not changed.</param>
    /// <param name="cache">Lines that were read before on the same screen; see <see cref="TextCache"/>. The result is the same with and without.</param>
    /// <param name="cancellationToken">Stops between the lines of text.</param>
    /// <returns>
    /// The elements in the order of their marks: first what says something, then what does not. Boxes in pixels of <paramref name="image"/>; none for
    /// an empty screen.
    /// </returns>
    /// <exception cref="InvalidDataException">The picture is beyond the detector's limits.</exception>
    public IReadOnlyList<ScreenElement> Parse(Image image, TextCache? cache = null, CancellationToken cancellationToken = default)
    {
        Task<IReadOnlyList<DetectedIcon>>? detecting =
            detector is null ? null : Task.Run(() => Detect(detector, image, cancellationToken), cancellationToken);
        IReadOnlyList<TextBox> lines;
        try
        {
            lines = ocr.Read(image, cache, cancellationToken);
        }
        catch
        {
            // The picture is the caller's again when this returns.
            ((IAsyncResult?)detecting)?.AsyncWaitHandle.WaitOne();
            throw;
        }

        IReadOnlyList<DetectedIcon> icons = detecting?.GetAwaiter().GetResult() ?? Propose(image, lines);
        using Activity? stage = ScreenStages.Source.StartActivity("merging");
        cancellationToken.ThrowIfCancellationRequested();
        return ScreenAssembly.Assemble(image.Size, icons, [.. lines.Select(line => new RecognizedText(line.Box, line.Text, line.Score))], final: detector?.IsFinal == true);
    }

    private static IReadOnlyList<DetectedIcon> Detect(IElementDetector detector, Image image, CancellationToken cancellationToken)
    {
        using Activity? stage = ScreenStages.Source.StartActivity(ElementDetection);
        return detector.Detect(image, cancellationToken);
    }

    private static IReadOnlyList<DetectedIcon> Propose(Image image, IReadOnlyList<TextBox> lines)
    {
        using Activity? stage = ScreenStages.Source.StartActivity(ElementDetection);
        return ControlProposals.Find(image, [.. lines.Select(line => line.Box)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        detector?.Dispose();
        ocr.Dispose();
    }
}
