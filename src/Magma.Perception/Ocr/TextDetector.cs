using System.Diagnostics;
using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Finds lines of text with PP-OCR's detector, a network that gives every pixel the probability of lying in the shrunken core of a line
/// (differentiable binarisation, Liao et al. 2020).
/// </summary>
internal sealed class TextDetector : IDisposable
{
    // The network halves its input five times.
    private const int Multiple = 32;

    // A larger picture is looked at in parts, so that memory does not grow with it; a screen of 1280×900 is one part, one of 1920×1080 two.
    private const int PartWidth = 1920;
    private const int PartHeight = 928;

    // What a part sees beyond its own area: text that a border cuts is judged as a whole.
    private const int Margin = 64;

    private const float Threshold = 0.3f;
    private const double LeastMean = 0.5;
    private const double LeastSide = 2;

    // How far the shrunken core is blown up again, in units of area / perimeter. 1.4 gave fewer errors on rendered pages than PaddleOCR's
    // 1.5 to 2: their text has little room above and below.
    private const double Unclip = 1.4;

    // A box that is this much smaller when turned holds turned text.
    private const double TurnedShare = 0.85;

    private static readonly PlaneFormat Format = new((123.675f, 116.28f, 103.53f), (58.395f, 57.12f, 57.375f), BlueFirst: true);

    private readonly OnnxSession _session;

    public TextDetector(string model, OnnxOptions options) => _session = new OnnxSession(model, options with { Fold = true, BFloat16 = true });

    /// <summary>The lines' corners, in pixels of the picture; upright ones have whole numbers.</summary>
    public List<Quad> Find(Image image, CancellationToken cancellationToken)
    {
        using Activity? stage = ScreenStages.Source.StartActivity("text detection");
        var found = new List<Quad>();
        foreach (MapRegion region in Regions(image, cancellationToken))
        {
            if (region.Mean < LeastMean || Math.Min(region.Quad.Width, region.Quad.Height) < LeastSide)
                continue;
            bool turned = region.Quad.Width * region.Quad.Height < TurnedShare * region.Box.Area;
            if (turned)
                found.Add(Grow(region.Quad));
            else if (Grow(region.Box, image.Size) is { IsEmpty: false } box)
                found.Add(Quad.FromBox(box));
        }
        return found;
    }

    public void Dispose() => _session.Dispose();

    private MapRegion[] Regions(Image image, CancellationToken cancellationToken)
    {
        float[] map = ScreenBuffers.Rent((int)image.Size.Area);
        try
        {
            Fill(image, map, cancellationToken);
            return MapRegion.Find(map.AsSpan(0, (int)image.Size.Area), image.Size, Threshold);
        }
        finally
        {
            ScreenBuffers.Return(map);
        }
    }

    private void Fill(Image image, float[] map, CancellationToken cancellationToken)
    {
        int columns = (image.Width + PartWidth - 1) / PartWidth, rows = (image.Height + PartHeight - 1) / PartHeight;
        IEnumerable<Part> parts =
            from row in Enumerable.Range(0, rows)
            from column in Enumerable.Range(0, columns)
            select new Part(
                image.Width * column / columns, image.Height * row / rows, image.Width * (column + 1) / columns, image.Height * (row + 1) / rows,
                image.Size);
        // The runtime's blocks of a larger part serve a smaller one, not the other way round.
        foreach (Part part in parts.OrderByDescending(part => part.Plane.Area))
        {
            cancellationToken.ThrowIfCancellationRequested();
            FillPart(image, map, part);
        }
    }

    private void FillPart(Image image, float[] map, Part part)
    {
        PixelSize plane = part.Plane;
        float[] planes = ScreenBuffers.Rent((int)(3 * plane.Area));
        try
        {
            // Zero beyond what is seen.
            planes.AsSpan(0, (int)(3 * plane.Area)).Clear();
            image.CopyPlanes(Quad.FromBox(new(part.Left, part.Top, part.Right, part.Bottom)), part.Seen, Format, planes, plane);
            using OnnxOutputs outputs = _session.Run(
                OnnxInput.Create<float>(_session.Inputs[0].Name, planes, 1, 3, plane.Height, plane.Width));
            ReadOnlySpan<float> values = outputs.Get<float>(_session.Outputs[0].Name);
            for (int y = part.Y1; y < part.Y2; y++)
                values.Slice((y - part.Top) * plane.Width + part.X1 - part.Left, part.X2 - part.X1).CopyTo(map.AsSpan(y * image.Width + part.X1));
        }
        finally
        {
            ScreenBuffers.Return(planes);
        }
    }

    private static int RoundUp(int side) => (side + Multiple - 1) / Multiple * Multiple;

    private static PixelBox Grow(PixelBox box, PixelSize limit)
    {
        double by = Distance(box.Width, box.Height);
        return new PixelBox(Math.Floor(box.X1 - by), Math.Floor(box.Y1 - by), Math.Ceiling(box.X2 + by), Math.Ceiling(box.Y2 + by)).Clip(limit);
    }

    private static Quad Grow(Quad quad)
    {
        double by = Distance(quad.Width, quad.Height);
        double ux = (quad.TopRight.X - quad.TopLeft.X) / quad.Width * by, uy = (quad.TopRight.Y - quad.TopLeft.Y) / quad.Width * by;
        double vx = (quad.BottomLeft.X - quad.TopLeft.X) / quad.Height * by, vy = (quad.BottomLeft.Y - quad.TopLeft.Y) / quad.Height * by;
        return new(
            new(quad.TopLeft.X - ux - vx, quad.TopLeft.Y - uy - vy), new(quad.TopRight.X + ux - vx, quad.TopRight.Y + uy - vy),
            new(quad.BottomRight.X + ux + vx, quad.BottomRight.Y + uy + vy), new(quad.BottomLeft.X - ux + vx, quad.BottomLeft.Y - uy + vy));
    }

    private static double Distance(double width, double height) => width * height * Unclip / (2 * (width + height));

    // An area of a picture, and what is seen of the picture to judge it.
    private readonly record struct Part(int X1, int Y1, int X2, int Y2, PixelSize Picture)
    {
        public int Left => Math.Max(0, X1 - Margin);

        public int Top => Math.Max(0, Y1 - Margin);

        public int Right => Math.Min(Picture.Width, X2 + Margin);

        public int Bottom => Math.Min(Picture.Height, Y2 + Margin);

        public PixelSize Seen => new(Right - Left, Bottom - Top);

        public PixelSize Plane => new(RoundUp(Seen.Width), RoundUp(Seen.Height));
    }
}
