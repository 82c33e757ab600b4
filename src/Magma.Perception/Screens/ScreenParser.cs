using Magma.Data;
using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// From a screenshot's pixels to its elements: text is read, controls and icons are found by their shapes, and both are merged by the rules of the
/// released UI code (facts: section 3.3 of the reference's parser). The same picture gives the same elements on every run and with any number of threads.
/// </summary>
/// <param name="ocr">Reads the text; disposed with the parser.</param>
public sealed class ScreenParser(OcrReader ocr) : IDisposable
{
    /// <summary>A parser on the installed models.</summary>
    /// <param name="threads">Threads for the networks, at least 1; one per core when null.</param>
    /// <exception cref="FileNotFoundException">A model file is missing.</exception>
    public static ScreenParser Open(int? threads = null) =>
        new(new OcrReader(options: threads is { } count ? new OnnxOptions(Threads: count) : new OnnxOptions()));

    /// <summary>Finds what is on a screen.</summary>
    /// <param name="image">The screenshot, of any size; it is not changed.</param>
    /// <param name="cancellationToken">Stops between the lines of text.</param>
    /// <returns>
    /// The elements in the order of their marks: first what says something, then what does not. Boxes in pixels of <paramref name="image"/>; none for
    /// an empty screen.
    /// </returns>
    public IReadOnlyList<ScreenElement> Parse(Image image, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<TextBox> lines = ocr.Read(image, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<DetectedIcon> icons = ControlProposals.Find(image, [.. lines.Select(line => line.Box)]);
        return ScreenAssembly.Assemble(image.Size, icons, [.. lines.Select(line => new RecognizedText(line.Box, line.Text, line.Score))]);
    }

    /// <inheritdoc/>
    public void Dispose() => ocr.Dispose();
}
