using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Reads the text of a picture: PP-OCR's detector finds the lines, its recogniser reads them (PaddleOCR, PP-OCRv4 mobile). The same
/// picture gives the same result on every run, whatever the number of threads. Several threads may use one reader at the same time.
/// </summary>
/// <remarks>Text turned by up to 45 degrees is read; text that runs upwards or downwards is not.</remarks>
public sealed class OcrReader : IDisposable
{
    // Below this a reading is noise: textures, icons, parts of pictures.
    private const double LeastScore = 0.5;

    private readonly TextDetector _detector;
    private readonly TextRecognizer _recognizer;

    /// <summary>Loads the models.</summary>
    /// <param name="models">The model files; <see cref="OcrModels.Installed"/> when null.</param>
    /// <param name="options">Where and with how many threads they run; one thread per core when null.</param>
    /// <exception cref="FileNotFoundException">A model file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is no model, or the dictionary does not fit the recogniser.</exception>
    public OcrReader(OcrModels? models = null, OnnxOptions? options = null)
    {
        models ??= OcrModels.Installed;
        options ??= new OnnxOptions();
        _detector = new TextDetector(models.Detector, options);
        try
        {
            _recognizer = new TextRecognizer(models.Recognizer, models.Dictionary, options);
        }
        catch
        {
            _detector.Dispose();
            throw;
        }
    }

    /// <summary>Reads a picture.</summary>
    /// <param name="image">Any size; it is not resized, so that small text stays readable.</param>
    /// <param name="cache">Lines of the same screen's last picture; the result is the same with and without.</param>
    /// <param name="cancellationToken">Stops between parts of the picture and between lines.</param>
    /// <returns>The lines, row by row from the top, from left to right within a row; none for a picture without text.</returns>
    public IReadOnlyList<TextBox> Read(Image image, TextCache? cache = null, CancellationToken cancellationToken = default)
    {
        List<Quad> lines = _detector.Find(image, cancellationToken);
        cache?.Begin();
        (string Text, double Score)[] texts = _recognizer.Read(image, lines, cache, cancellationToken);
        return InReadingOrder(lines.Zip(texts, (quad, text) => new TextBox(quad, text.Text, text.Score))
            .Where(box => box.Text.Length > 0 && box.Score >= LeastScore)
            .Select(box => box.Quad == Quad.FromBox(box.Box) ? box with { Quad = Quad.FromBox(TextFit.Fit(image, box.Box)) } : box));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _recognizer.Dispose();
    }

    private static List<TextBox> InReadingOrder(IEnumerable<TextBox> boxes)
    {
        var rows = new List<List<TextBox>>();
        foreach (TextBox box in boxes.OrderBy(box => box.Box.Center.Y).ThenBy(box => box.Box.X1).ThenBy(box => box.Box.X2))
        {
            bool sameRow = rows.Count > 0 && box.Box.Center.Y - rows[^1][0].Box.Center.Y < Math.Min(box.Box.Height, rows[^1][0].Box.Height) / 2;
            if (sameRow)
                rows[^1].Add(box);
            else
                rows.Add([box]);
        }
        return [.. rows.SelectMany(row => row.OrderBy(box => box.Box.X1).ThenBy(box => box.Box.Y1))];
    }
}
