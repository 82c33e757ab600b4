using Magma.Data;
using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>The element detector that was learned from captured pages.</summary>
public sealed class LearnedDetector : IElementDetector
{
    // The least confidence of what is reported: on the kit for choosing, precision and recall by overlap are about equally far above 0.75 and 0.85.
    private const double Least = 0.40;

    // Twice the pixels of a large desktop; beyond, a screen is taken smaller.
    private const double MostPixels = 2.6e6;

    private readonly OnnxSession _network;

    private LearnedDetector(OnnxSession network) => _network = network;

    /// <summary>Opens the weights that come with this library, or others.</summary>
    /// <param name="weights">A file that <c>magma train</c> made; null for the bundled one.</param>
    /// <param name="threads">Threads of the network, at least 1; one per core when null.</param>
    /// <exception cref="InvalidDataException">The file holds no such weights.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LearnedDetector Open(string? weights = null, int? threads = null) =>
        new(ElementWeights.Open(weights ?? ElementWeights.Bundled, new OnnxOptions(Threads: threads, BFloat16: true)));

    /// <inheritdoc/>
    public bool IsFinal => true;

    /// <inheritdoc/>
    public IReadOnlyList<DetectedIcon> Detect(Image image, CancellationToken cancellationToken = default)
    {
        double factor = FactorOf(image.Size);
        int width = Math.Max(1, (int)Math.Round(image.Width * factor)), height = Math.Max(1, (int)Math.Round(image.Height * factor));
        PixelSize plane = new(RoundUp(width), RoundUp(height));
        double across = (double)image.Width / width, down = (double)image.Height / height;
        // What lies beyond the screen repeats its border.
        var seen = Quad.FromBox(new PixelBox(0, 0, plane.Width * across, plane.Height * down));
        float[] planes = ScreenBuffers.Rent((int)(3 * plane.Area));
        IReadOnlyList<DetectedIcon> elements;
        try
        {
            image.CopyPlanes(seen, plane, ElementCells.Format, planes, plane);
            cancellationToken.ThrowIfCancellationRequested();
            using OnnxOutputs outputs = _network.Run(OnnxInput.Create<float>(OnnxNetwork.Input, planes, 1, 3, plane.Height, plane.Width));
            elements = ElementCells.Find(
                outputs.Get<float>(_network.Outputs[0].Name), plane.Width / ElementArchitecture.Stride, plane.Height / ElementArchitecture.Stride, Least);
        }
        finally
        {
            ScreenBuffers.Return(planes);
        }

        cancellationToken.ThrowIfCancellationRequested();
        IEnumerable<DetectedIcon> found = elements
            .Select(one => one with { Box = new PixelBox(one.Box.X1 * across, one.Box.Y1 * down, one.Box.X2 * across, one.Box.Y2 * down).Clip(image.Size) })
            .Where(one => one.Box.Area > 0);
        return ElementCells.WithoutDoubles(EvenRows.Widen(SurfaceEdges.Fit(image, [.. found])));
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    /// <summary>
    /// What a screen's sides are multiplied by before it is looked at. The network knows from 0.75 to 2.2 pixels per CSS pixel; phones' screens, which have 2
    /// and more, and very large ones are taken smaller.
    /// </summary>
    internal static double FactorOf(PixelSize size)
    {
        const double phone = 520;
        double aspect = (double)size.Height / size.Width;
        bool tall = aspect is > 1.5 and < 2.6 && size.Width is > 600 and < 1700;
        double factor = tall ? phone / size.Width : 1;
        return Math.Min(factor, Math.Sqrt(MostPixels / ((double)size.Width * size.Height)));
    }

    private static int RoundUp(int pixels) => (pixels + ElementArchitecture.Multiple - 1) / ElementArchitecture.Multiple * ElementArchitecture.Multiple;
}
