using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation;

/// <summary>The frames of a sample in one picture, row by row, with the marks' paths over them, for the gallery to play.</summary>
/// <param name="Jpeg">The picture.</param>
/// <param name="Description">
/// <c>columns</c>, <c>frames</c>, <c>frame</c> (width and height of one in the picture), <c>size</c> (of the frames that the paths are in,
/// pixels) and <c>paths</c> (number, whether it is in the foreground, places by frame, seen flags, whether the answer moves it).
/// </param>
public sealed record Filmstrip(byte[] Jpeg, JsonObject Description)
{
    private const int Columns = 4;
    private const int WidestFrame = 400;
    private const int Quality = 72;

    /// <summary>Puts frames together.</summary>
    /// <param name="frames">The window's frames, of one size.</param>
    /// <param name="tracks">The tracks in them.</param>
    /// <param name="selected">The marks.</param>
    public static Filmstrip Of(IReadOnlyList<Image> frames, Tracks tracks, TraceSelected selected)
    {
        double scale = Math.Min(1, (double)WidestFrame / frames[0].Width);
        var size = new PixelSize(Math.Max(1, (int)(frames[0].Width * scale)), Math.Max(1, (int)(frames[0].Height * scale)));
        int rows = (frames.Count + Columns - 1) / Columns;
        using var sheet = new Image(new PixelSize(size.Width * Columns, size.Height * rows));
        for (int i = 0; i < frames.Count; i++)
        {
            using Image small = frames[i].Resize(size);
            int left = i % Columns * size.Width, top = i / Columns * size.Height;
            for (int row = 0; row < size.Height; row++)
            {
                small.Pixels.Slice(row * size.Width * 3, size.Width * 3).CopyTo(sheet.Pixels[(3 * ((top + row) * sheet.Width + left))..]);
            }
        }

        var paths = new JsonArray();
        foreach (TraceMark mark in selected.Marks.OrderBy(mark => mark.Number))
        {
            paths.Add(new JsonArray(
                mark.Number,
                mark.IsPositive && selected.Outcome == TraceOutcome.Traces ? 1 : 0,
                new JsonArray([.. tracks.Path(mark.Track).SelectMany(point =>
                    new JsonNode[] { Math.Round(point.X, 1), Math.Round(point.Y, 1) })]),
                string.Concat(Enumerable.Range(0, tracks.Steps).Select(step => tracks.IsVisible(step, mark.Track) ? '1' : '0'))));
        }

        return new Filmstrip(sheet.Encode(ImageFormat.Jpeg, Quality), new JsonObject
        {
            ["columns"] = Columns,
            ["frames"] = frames.Count,
            ["frame"] = new JsonArray(size.Width, size.Height),
            ["size"] = new JsonArray(tracks.Size.Width, tracks.Size.Height),
            ["start"] = selected.StartStep,
            ["paths"] = paths,
        });
    }
}
