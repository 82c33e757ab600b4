using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Reads the boxes out of a YOLO network's output tensor. Two families are known by its shape: v8 and later give centre, extent and a score per
/// class, v5 and v7 an objectness before the scores, by which they are multiplied. Either may have a row or a column per box.
/// </summary>
internal readonly struct YoloOutput
{
    private readonly int _classes;
    private readonly int _boxes;
    private readonly int _values;
    private readonly bool _rowPerBox;

    private YoloOutput(int classes, int boxes, int values, bool rowPerBox) =>
        (_classes, _boxes, _values, _rowPerBox) = (classes, boxes, values, rowPerBox);

    /// <summary>The layout of a tensor; null when its shape fits neither family.</summary>
    /// <param name="shape">Sizes of the dimensions; the first is the batch.</param>
    /// <param name="classes">How many classes the model has.</param>
    public static YoloOutput? From(IReadOnlyList<long> shape, int classes)
    {
        if (shape.Count != 3 || shape[0] != 1 || shape[1] > int.MaxValue || shape[2] > int.MaxValue) return null;
        bool Fits(long values) => values == 4 + classes || values == 5 + classes;
        // With as few boxes as values both readings fit; networks have more boxes than values.
        bool columns = Fits(shape[1]) && !(Fits(shape[2]) && shape[2] < shape[1]);
        if (columns) return new YoloOutput(classes, (int)shape[2], (int)shape[1], rowPerBox: false);
        return Fits(shape[2]) ? new YoloOutput(classes, (int)shape[1], (int)shape[2], rowPerBox: true) : null;
    }

    /// <summary>The boxes above a confidence, in pixels of the network's input, in the tensor's order.</summary>
    public List<(PixelBox Box, double Confidence, int Class)> Read(ReadOnlySpan<float> numbers, double confidence)
    {
        var found = new List<(PixelBox, double, int)>();
        int first = _values - _classes;
        for (int box = 0; box < _boxes; box++)
        {
            float best = float.NegativeInfinity;
            int kind = 0;
            for (int one = 0; one < _classes; one++)
            {
                float score = At(numbers, box, first + one);
                if (score > best) (best, kind) = (score, one);
            }

            double sure = first == 5 ? (double)best * At(numbers, box, 4) : best;
            if (!(sure > confidence)) continue;
            double x = At(numbers, box, 0), y = At(numbers, box, 1), width = At(numbers, box, 2), height = At(numbers, box, 3);
            if (double.IsFinite(x + y + width + height) && width > 0 && height > 0)
                found.Add((new PixelBox(x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2)), Math.Min(1, sure), kind));
        }

        return found;
    }

    private float At(ReadOnlySpan<float> numbers, int box, int value) =>
        numbers[_rowPerBox ? (box * _values) + value : (value * _boxes) + box];
}
