using System.Globalization;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Training.Elements;

/// <summary>Draws parts of screens at varied scales and in varied colours; which ones depends on the seed and the batch's number alone.</summary>
/// <param name="screens">All screens to learn from.</param>
/// <param name="seed">Decides what is drawn.</param>
/// <param name="parts">Parts per batch.</param>
/// <param name="side">Width and height of a part, a multiple of 64.</param>
public sealed class ElementDraws(IReadOnlyList<LabelledScreen> screens, long seed, int parts, int side)
{
    // Pixels of the part per CSS pixel: mostly a plain desktop's density.
    private const double PlainShare = 0.5;
    private const double LeastScale = 0.75;
    private const double MostScale = 2.2;
    // Decoding a screen costs more than drawing a part of it.
    private const int PartsPerScreen = 2;

    private const double AimedShare = 0.6;
    private const double InvertedShare = 0.1;
    private const double SwappedShare = 0.3;

    private readonly double[] _until = Cumulative(screens);

    /// <summary>The batch of a number.</summary>
    public ElementBatch At(long number)
    {
        var random = new KeyedRandom(seed, string.Create(CultureInfo.InvariantCulture, $"step {number}"));
        int cells = side / ElementNetwork.Stride * (side / ElementNetwork.Stride), plane = 3 * side * side;
        var pictures = new float[parts * plane];
        var known = new float[parts * cells];
        Array.Fill(known, 1);
        var lists = new ElementLists();
        for (int part = 0; part < parts;)
        {
            LabelledScreen screen = Pick(random.NextDouble());
            using Image image = Image.Decode(screen.Picture.Span);
            for (int end = Math.Min(parts, part + PartsPerScreen); part < end; part++)
            {
                IReadOnlyList<LabelledElement> elements = Draw(random, screen, image, pictures.AsSpan(part * plane, plane));
                ElementTargets.Add(elements, side, known.AsSpan(part * cells, cells), part * cells, lists);
            }
        }

        return new ElementBatch(pictures, parts, side, known, lists.Cells, lists.Sides, lists.Kinds, lists.Weights);
    }

    private IReadOnlyList<LabelledElement> Draw(KeyedRandom random, LabelledScreen screen, Image image, Span<float> planes)
    {
        double wanted = random.NextDouble() < PlainShare ? 1 : LeastScale * Math.Pow(MostScale / LeastScale, random.NextDouble());
        // A screen of one pixel per CSS pixel is not blown up much: it would only be blurred.
        double factor = Math.Min(wanted / screen.Scale, 1.4);
        double extent = side / factor;
        double x, y;
        if (screen.Elements.Count > 0 && random.NextDouble() < AimedShare)
        {
            PixelPoint aim = screen.Elements[random.NextInt(screen.Elements.Count)].Box.Center;
            (x, y) = (aim.X - (extent * random.NextDouble()), aim.Y - (extent * random.NextDouble()));
        }
        else
        {
            (x, y) = ((screen.Size.Width - extent) * random.NextDouble(), (screen.Size.Height - extent) * random.NextDouble());
        }

        x = Math.Round(Math.Clamp(x, Math.Min(0, screen.Size.Width - extent), Math.Max(0, screen.Size.Width - extent)));
        y = Math.Round(Math.Clamp(y, Math.Min(0, screen.Size.Height - extent), Math.Max(0, screen.Size.Height - extent)));
        image.CopyPlanes(
            Quad.FromBox(new PixelBox(x, y, x + extent, y + extent)), new PixelSize(side, side), Colours(random), planes, new PixelSize(side, side));
        return
        [
            .. screen.Elements.Select(element => element with
            {
                Box = new PixelBox((element.Box.X1 - x) * factor, (element.Box.Y1 - y) * factor, (element.Box.X2 - x) * factor, (element.Box.Y2 - y) * factor),
            }),
        ];
    }

    private static PlaneFormat Colours(KeyedRandom random)
    {
        PlaneFormat plain = ElementCells.Format;
        float sign = random.NextDouble() < InvertedShare ? -1 : 1;
        (float, float) Channel(float mean, float deviation) =>
            (mean + (float)((random.NextDouble() - 0.5) * 40), sign * deviation * (float)(0.85 + (0.4 * random.NextDouble())));
        (float mean1, float deviation1) = Channel(plain.Mean.Item1, plain.Deviation.Item1);
        (float mean2, float deviation2) = Channel(plain.Mean.Item2, plain.Deviation.Item2);
        (float mean3, float deviation3) = Channel(plain.Mean.Item3, plain.Deviation.Item3);
        return new PlaneFormat((mean1, mean2, mean3), (deviation1, deviation2, deviation3), random.NextDouble() < SwappedShare);
    }

    private LabelledScreen Pick(double at)
    {
        int index = Array.BinarySearch(_until, at * _until[^1]);
        return screens[Math.Min(index < 0 ? ~index : index, screens.Count - 1)];
    }

    // Screens with much on them are drawn more often, by the root of how much.
    private static double[] Cumulative(IReadOnlyList<LabelledScreen> screens)
    {
        if (screens.Count == 0) throw new InvalidDataException("There are no screens to learn from.");
        var until = new double[screens.Count];
        double sum = 0;
        for (int index = 0; index < until.Length; index++) until[index] = sum += Math.Sqrt(1 + screens[index].Elements.Count);
        return until;
    }
}
