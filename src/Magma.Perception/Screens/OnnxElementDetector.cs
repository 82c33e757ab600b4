using System.Globalization;
using Magma.Data;
using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// A detector of the user's own: a YOLO network as ONNX (v5, v7, v8 and later, such as OmniParser's icon detector), without the suppression of doubles
/// inside, which is done here. Pictures are scaled to the network's input, kept in proportion and put in the middle of gray, as these networks
/// were trained.
/// </summary>
public sealed class OnnxElementDetector : IElementDetector
{
    private const int Multiple = 32;
    private const int LargestSide = 4096;

    // Of a hostile network's boxes, and of a screen's: no screen has this many things to use.
    private const int MostCandidates = 3000;
    private const int MostFound = 1000;

    // Of a picture's longer side to its shorter one. Beyond, nothing is left of it at a network's size.
    private const double MostAspect = 64;

    private const float Gray = 114 / 255f;

    private static readonly PlaneFormat Format = new((0, 0, 0), (255, 255, 255));

    private readonly OnnxSession _session;
    private readonly DetectorMap _map;
    private readonly PixelSize? _input;

    /// <summary>Loads a network.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="map">What its classes are.</param>
    /// <param name="options">Where and with how many threads it runs; one thread per core when null.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model, or no detector of the known kinds; the message has its inputs and outputs.</exception>
    public OnnxElementDetector(string model, DetectorMap map, OnnxOptions? options = null)
    {
        _map = map;
        _session = new OnnxSession(model, options);
        try
        {
            _input = InputSize(_session);
            OnnxPort output = _session.Outputs[0];
            bool wrong = output.Type != OnnxElementType.Float32 || output.Dimensions.Count != 3
                || (output.Dimensions.All(size => long.TryParse(size, out _))
                    && YoloOutput.From([.. output.Dimensions.Select(size => long.Parse(size, CultureInfo.InvariantCulture))], map.Classes.Count) is null);
            if (wrong) throw Unfit($"{output}");
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DetectedIcon> Detect(Image image, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        double longer = Math.Max(image.Width, image.Height);
        if (longer > MostAspect * Math.Min(image.Width, image.Height))
            throw new InvalidDataException($"A detector cannot look at a picture of {image.Size} pixels: it is more than {MostAspect} times as long as wide.");
        double scale = _input is { } whole
            ? Math.Min((double)whole.Width / image.Width, (double)whole.Height / image.Height)
            : _map.Size / longer;
        var content = new PixelSize(Scaled(image.Width, scale), Scaled(image.Height, scale));
        PixelSize plane = _input ?? new PixelSize(RoundUp(content.Width), RoundUp(content.Height));
        int left = (plane.Width - content.Width) / 2, top = (plane.Height - content.Height) / 2;
        // The picture begins inside the first plane, so the last plane's end lies as far behind.
        int offset = (top * plane.Width) + left;
        var planes = new float[(3 * plane.Area) + offset];
        Array.Fill(planes, Gray);
        image.CopyPlanes(Quad.FromBox(image.Size.ToBox()), content, Format, planes.AsSpan(offset), plane);
        using OnnxOutputs outputs = _session.Run(OnnxInput.Create<float>(_session.Inputs[0].Name, planes, 1, 3, plane.Height, plane.Width));
        IReadOnlyList<long> shape = outputs.Shape(_session.Outputs[0].Name);
        YoloOutput layout = YoloOutput.From(shape, _map.Classes.Count) ?? throw Unfit($"an output of [{string.Join(", ", shape)}]");
        PixelBox InPicture(PixelBox box) =>
            new PixelBox((box.X1 - left) / scale, (box.Y1 - top) / scale, (box.X2 - left) / scale, (box.Y2 - top) / scale).Clip(image.Size);
        (PixelBox Box, double Confidence, int Class)[] found =
        [
            .. layout.Read(outputs.Get<float>(_session.Outputs[0].Name), _map.Confidence)
                .OrderByDescending(one => one.Confidence).Take(MostCandidates)
                .Select(one => one with { Box = InPicture(one.Box) }).Where(one => !one.Box.IsEmpty),
        ];
        IReadOnlyList<int> kept = NonMaximumSuppression.Keep(
            [.. found.Select(one => one.Box)], [.. found.Select(one => one.Confidence)], _map.Overlap);
        return [.. kept.Take(MostFound).Select(index => found[index]).Select(one => new DetectedIcon(
            one.Box, one.Confidence, _map.Classes[one.Class].Kind, _map.Classes[one.Class].Interactable))];
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static int Scaled(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));

    private static int RoundUp(int side) => (side + Multiple - 1) / Multiple * Multiple;

    // Null where the network takes any size.
    private static PixelSize? InputSize(OnnxSession session)
    {
        if (session.Inputs is not [{ Type: OnnxElementType.Float32, Dimensions: { Count: 4 } sizes }] || !FreeOr(sizes[0], 1) || !FreeOr(sizes[1], 3))
        {
            throw new InvalidDataException(
                $"{session.ModelPath} is no detector that can be used: one input of Float32 [1, 3, height, width] was expected, it has "
                + $"{string.Join("; ", session.Inputs)}.");
        }

        bool high = int.TryParse(sizes[2], out int height), wide = int.TryParse(sizes[3], out int width);
        if (!high && !wide) return null;
        return high && wide && height is > 0 and <= LargestSide && width is > 0 and <= LargestSide
            ? new PixelSize(width, height)
            : throw new InvalidDataException(
                $"{session.ModelPath} takes pictures of {sizes[3]}×{sizes[2]} pixels: both free, or both fixed and at most {LargestSide} were expected.");
    }

    private static bool FreeOr(string size, int expected) => !int.TryParse(size, out int fixedSize) || fixedSize == expected;

    private InvalidDataException Unfit(string output) => new(
        $"{_session.ModelPath} gives {output}. With the {_map.Classes.Count} classes of the class map, [1, {4 + _map.Classes.Count}, boxes] "
        + $"(YOLO v8 and later) or [1, boxes, {5 + _map.Classes.Count}] (YOLO v5) was expected: export it without suppression of doubles, "
        + "and list every class of it in the map.");
}
