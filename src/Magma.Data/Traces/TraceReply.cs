using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Magma.Vision;

namespace Magma.Data;

/// <summary>A reply that says where marks will move, read back: the inverse of <see cref="TraceText.TraceAnswer"/>.</summary>
/// <param name="Marks">The future positions of each mark in pixels of the picture, by mark number, in the order of the reply.</param>
public sealed partial record TraceReply(IReadOnlyList<(int Number, IReadOnlyList<PixelPoint> Path)> Marks)
{
    private const string Header = "their future positions are:";

    /// <summary>
    /// Reads a reply. The text before the traces may be missing, and traces may be wrapped in <c>&lt;trace_start&gt;</c> and
    /// <c>&lt;trace_end&gt;</c> or stand on lines of their own, which the reference's demo cannot read. A mark that comes twice keeps its
    /// last trace.
    /// </summary>
    /// <param name="reply">What the model said.</param>
    /// <param name="size">The picture, for pixels.</param>
    /// <param name="grid">Q, the grid that the reply's numbers count.</param>
    /// <returns>Null when the reply is not of this form, or a trace in it is empty or cut off.</returns>
    public static TraceReply? Parse(string reply, PixelSize size, int grid = 256)
    {
        ArgumentNullException.ThrowIfNull(reply);
        string[] parts = reply.Split(Header);
        if (parts.Length > 2) return null;
        string rest = parts[^1].Replace("<trace_start>", "", StringComparison.Ordinal).Replace("<trace_end>", "", StringComparison.Ordinal);
        var numbers = new List<int>();
        var paths = new Dictionary<int, IReadOnlyList<PixelPoint>>();
        int at = 0;
        foreach (Match match in Entry().Matches(rest))
        {
            if (!string.IsNullOrWhiteSpace(rest[at..match.Index])) return null;
            at = match.Index + match.Length;
            if (!int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return null;
            if (ReadPath(match.Groups[2].Value, size, grid) is not { } path) return null;
            if (paths.TryAdd(number, path)) numbers.Add(number);
            else paths[number] = path;
        }

        if (numbers.Count == 0 || !string.IsNullOrWhiteSpace(rest[at..])) return null;
        return new TraceReply([.. numbers.Select(number => (number, paths[number]))]);
    }

    /// <summary>The paths alone, each made as long as the longest by staying at its end.</summary>
    public IReadOnlyList<PixelPoint[]> ToEqualLengths()
    {
        int steps = Marks.Max(mark => mark.Path.Count);
        return [.. Marks.Select(mark =>
            Enumerable.Range(0, steps).Select(step => mark.Path[Math.Min(step, mark.Path.Count - 1)]).ToArray())];
    }

    private static List<PixelPoint>? ReadPath(string text, PixelSize size, int grid)
    {
        try
        {
            double[][]? points = JsonSerializer.Deserialize<double[][]>(text);
            if (points is null || points.Length == 0 || points.Any(point => point is null || point.Length < 2)) return null;
            return [.. points.Select(point => new PixelPoint(point[0] * size.Width / grid, point[1] * size.Height / grid))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("\"Mark ([0-9]+)\": \"([^\"]*)\"")]
    private static partial Regex Entry();
}
