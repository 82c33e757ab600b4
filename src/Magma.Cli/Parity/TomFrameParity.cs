using System.Text.Json;
using Magma.Data;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>Marks on video frames: font sizes, places and pixels.</summary>
internal static class TomFrameParity
{
    public static IEnumerable<ParityVerdict> FontSizes(JsonElement section)
    {
        foreach (JsonElement one in section.EnumerateArray())
        {
            string fontName = one.GetProperty("font").GetString() ?? "";
            double rule = one.GetProperty("rule").GetDouble();
            int width = one.GetProperty("image_width").GetInt32();
            string name = $"frame_font_sizes {fontName} {width} {rule}";
            if (FontOf(fontName) is not { } font)
            {
                yield return new ParityVerdict(name, ParityOutcome.NotBuilt, Note: "a font that is not here");
                continue;
            }

            int size = FrameMark.FontSize(font, width, rule);
            int expected = one.GetProperty("font_size").GetInt32();
            // Liberation Sans stands in for Arial: the same widths, but no kerning of "11" and other hinting.
            bool standsIn = fontName == "arial";
            int worst = one.GetProperty("text_wh").EnumerateObject().Where(text => !standsIn || text.Name is "5" or "55").Max(text =>
            {
                PixelSize ours = font.Measure(text.Name, expected);
                return Math.Max(Math.Abs(ours.Width - text.Value[0].GetInt32()), Math.Abs(ours.Height - text.Value[1].GetInt32()));
            });
            yield return new ParityVerdict(
                name, size == expected && worst <= (standsIn ? 1 : 0) ? ParityOutcome.Equal : ParityOutcome.Different, worst, 0,
                standsIn ? "size exact; 5 and 55 within 1 px with a stand-in font" : "exact", $"font size {size}, reference {expected}");
        }
    }

    public static IEnumerable<ParityVerdict> Pictures(string folder, JsonElement section)
    {
        foreach (JsonElement one in section.EnumerateArray())
        {
            string name = $"frame_pictures {one.GetProperty("id").GetString()}";
            TracePoint[] points =
                [.. one.GetProperty("positive_xy").EnumerateArray().Concat(one.GetProperty("negative_xy").EnumerateArray())
                .Select(point => new TracePoint(point[0].GetSingle(), point[1].GetSingle()))];
            int[] numbers = one.GetProperty("permutation").ValueKind == JsonValueKind.Array
                ? [.. one.GetProperty("permutation").EnumerateArray().Select(number => number.GetInt32() + 1)]
                : [.. Enumerable.Range(1, points.Length)];
            JsonElement[] drawn = [.. one.GetProperty("drawn").EnumerateArray()];
            FrameMark[] marks = [.. points.Select((point, i) =>
                FrameMark.Place(numbers[i], point,
                    new PixelSize(drawn[i].GetProperty("text_wh")[0].GetInt32(), drawn[i].GetProperty("text_wh")[1].GetInt32())))];
            double[] ours = [.. marks.SelectMany(mark =>
                new[] { mark.Number, mark.Disc.X1, mark.Disc.Y1, mark.Disc.X2, mark.Disc.Y2, mark.TextAt.X, mark.TextAt.Y })];
            double[] theirs = [.. drawn.SelectMany(mark =>
                new[] { double.Parse(mark.GetProperty("text").GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture) }
                    .Concat(mark.GetProperty("ellipse").EnumerateArray().Select(value => value.GetDouble()))
                    .Concat(mark.GetProperty("text_xy").EnumerateArray().Select(value => value.GetDouble())))];
            yield return TomUnitParity.Compare($"{name} places", ours, theirs, 1e-4, relative: false);

            using Image frame = Image.Load(Path.Combine(folder, one.GetProperty("input").GetString() ?? ""));
            using Image expected = Image.Load(Path.Combine(folder, one.GetProperty("no_digits").GetString() ?? ""));
            foreach (FrameMark mark in marks) mark.DrawDisc(frame);
            int different = 0;
            for (int i = 0; i < frame.Pixels.Length; i++) different += frame.Pixels[i] == expected.Pixels[i] ? 0 : 1;
            yield return ParityVerdict.Exact($"{name} without digits", different == 0, $"{different} bytes differ");
        }
    }

    private static Font? FontOf(string name) => name switch
    {
        "arial" => Font.Default,
        "dejavu" when File.Exists(DejaVuSans) => new Font(DejaVuSans),
        _ => null,
    };

    private const string DejaVuSans = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
}
