using System.Text.Json;
using Magma.Data;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>
/// The pictures of golden kind <c>som</c>: marks without digits pixel by pixel, with digits outside the labels and by likeness.
/// </summary>
internal static class SomPictureParity
{
    // Digits are of another font than the reference's, or of another FreeType: how far the mean of a label may be away, of 255.
    private const double DigitBar = 30;

    public static IEnumerable<ParityVerdict> Run(GoldenCases cases, string folder)
    {
        if (cases.Section("pictures") is not { } pictures) yield break;
        foreach (string member in new[] { "no_digits_arial", "no_digits_dejavu", "marked_arial", "marked_dejavu", "highlight_first_box", "circle" })
        {
            JsonElement[] having = [.. pictures.Items().Where(one => one.TryGetProperty(member, out _))];
            foreach (ParityVerdict verdict in cases.Judge("pictures", JsonSerializer.SerializeToElement(having),
                (one, name) => Picture(one, $"{name} {member}", member, folder)))
            {
                yield return verdict;
            }
        }
    }

    private static ParityVerdict Picture(JsonElement one, string name, string member, string folder)
    {
        using Image drawn = Image.Load(FileIn(folder, one.GetProperty("input")));
        using Image expected = Image.Load(FileIn(folder, one.GetProperty(member)));
        if (drawn.Size != expected.Size) return ParityVerdict.Exact(name, false, $"{drawn.Size} pixels, reference {expected.Size}");
        PixelBox[] boxes = one.GetProperty("boxes_yxhw").BoxesYxhw();
        switch (member)
        {
            case "highlight_first_box":
                SetOfMark.DrawHighlight(drawn, boxes[0]);
                return Compare(name, drawn, expected, []);
            case "circle":
                double[] point = one.GetProperty("circle_xy").Numbers();
                SetOfMark.DrawPoint(drawn, new PixelPoint(point[0], point[1]));
                return Compare(name, drawn, expected, []);
        }

        LabelSizes sizes = LabelSizes.For(drawn.Size, member.EndsWith("arial") ? DigitMetrics.Arial : DigitMetrics.DejaVuSans);
        IReadOnlyList<Mark> marks = SetOfMark.Place(boxes, drawn.Size, sizes);
        bool digits = member.StartsWith("marked");
        SetOfMark.Draw(drawn, marks, sizes, withNumbers: digits);
        return Compare(name, drawn, expected, digits ? marks : []);
    }

    private static string FileIn(string folder, JsonElement name)
    {
        string path = Path.GetFullPath(Path.Combine(folder, name.GetString()!));
        return path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar)
            ? path
            : throw new InvalidDataException($"{folder} names the picture {name}, which lies outside it.");
    }

    private static ParityVerdict Compare(string name, Image drawn, Image expected, IReadOnlyList<Mark> likeOnly)
    {
        bool[] loose = new bool[drawn.Size.Area];
        double worstLabel = 0;
        foreach (Mark mark in likeOnly)
        {
            double ours = 0, theirs = 0;
            int count = 0;
            for (int y = Math.Max((int)mark.Label.Y1, 0); y <= Math.Min((int)mark.Label.Y2, drawn.Height - 1); y++)
            {
                for (int x = Math.Max((int)mark.Label.X1, 0); x <= Math.Min((int)mark.Label.X2, drawn.Width - 1); x++)
                {
                    loose[(y * drawn.Width) + x] = true;
                    // Green tells white digits from red.
                    ours += drawn.Pixels[(((y * drawn.Width) + x) * Image.Channels) + 1];
                    theirs += expected.Pixels[(((y * drawn.Width) + x) * Image.Channels) + 1];
                    count++;
                }
            }

            if (count > 0) worstLabel = Math.Max(worstLabel, Math.Abs(ours - theirs) / count);
        }

        int different = 0, worst = 0;
        for (int pixel = 0; pixel < loose.Length; pixel++)
        {
            if (loose[pixel]) continue;
            int apart = 0;
            for (int channel = 0; channel < Image.Channels; channel++)
            {
                int index = (pixel * Image.Channels) + channel;
                apart = Math.Max(apart, Math.Abs(drawn.Pixels[index] - expected.Pixels[index]));
            }

            if (apart > 0) different++;
            worst = Math.Max(worst, apart);
        }

        if (different > 0) return ParityVerdict.Exact(name, false, $"{different} pixels differ, by up to {worst}");
        return likeOnly.Count == 0
            ? ParityVerdict.Exact(name, true)
            : ParityVerdict.Within($"{name} (labels by mean brightness)", worstLabel, worstLabel / 255, DigitBar);
    }
}
