using System.Text;
using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// How places, texts and marks are written in the screen tasks of the pretraining data (samples of supplement B.1.1 and figure 12 of the
/// paper arXiv 2502.13130). Coordinates are fractions of the picture with two decimals.
/// </summary>
public static class ScreenText
{
    /// <summary>The answer on a screen without input fields.</summary>
    public const string NoInputs = "No input areas found.\n";

    /// <summary><c>(0.17, 0.43)</c>: x, y.</summary>
    public static string Point(NormalizedPoint point) => $"({TwoDecimals.Format(point.X)}, {TwoDecimals.Format(point.Y)})";

    /// <summary><c>(0.27, 0.29, 0.37, 0.30)</c>: left, top, right, bottom.</summary>
    public static string Box(NormalizedBox box) =>
        $"({TwoDecimals.Format(box.X1)}, {TwoDecimals.Format(box.Y1)}, {TwoDecimals.Format(box.X2)}, {TwoDecimals.Format(box.Y2)})";

    /// <summary><c>(0.17,0.43)</c>: x, y without blanks, as SeeClick writes them.</summary>
    public static string ShortPoint(NormalizedPoint point) => Point(point).Replace(" ", "");

    /// <summary><c>(0.27,0.29,0.37,0.30)</c> without blanks, as SeeClick writes them.</summary>
    public static string ShortBox(NormalizedBox box) => Box(box).Replace(" ", "");

    /// <summary><c>Text: News. Mark: 1.</c></summary>
    public static string TextAnswer(string text, int mark) => $"Text: {text}. Mark: {mark}.";

    /// <summary><c>Coordinate: (0.17, 0.43). Mark: 3. Coordinate: (0.31, 0.43). Mark: 4.</c></summary>
    public static string PointAnswer(IEnumerable<(NormalizedPoint Point, int Mark)> points) =>
        PlaceAnswer(points.Select(one => (Point(one.Point), one.Mark)));

    /// <summary><c>Coordinate: (0.27, 0.29, 0.37, 0.30). Mark: 2.</c></summary>
    public static string BoxAnswer(IEnumerable<(NormalizedBox Box, int Mark)> boxes) =>
        PlaceAnswer(boxes.Select(one => (Box(one.Box), one.Mark)));

    private static string PlaceAnswer(IEnumerable<(string Place, int Mark)> places)
    {
        var answer = new StringBuilder();
        foreach ((string place, int mark) in places)
        {
            answer.Append(answer.Length > 0 ? " " : "").Append($"Coordinate: {place}. Mark: {mark}.");
        }

        return answer.Length > 0 ? answer.ToString() : NoInputs;
    }
}
