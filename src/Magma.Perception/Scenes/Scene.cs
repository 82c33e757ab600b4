using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Scenes;

/// <summary>
/// A scene made of flat surfaces under a moving camera, whose motion is known exactly: every point's place and visibility in every frame,
/// whether it moves by itself, and the homography of the camera.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">The picture.</param>
/// <param name="Layers">Surfaces from the farthest to the nearest; the first one has no shape and fills the picture.</param>
/// <param name="Camera">
/// Where the background of frame 0 is at a time in frames: pixels of frame 0 to pixels then. Null when no homography describes the camera's
/// motion (surfaces at several depths).
/// </param>
public sealed record Scene(string Name, PixelSize Size, IReadOnlyList<SceneLayer> Layers, Func<double, Projective>? Camera)
{
    /// <summary>How long the shutter is open, in frames; 0 for a sharp picture.</summary>
    public double Exposure { get; init; }

    /// <summary>Standard deviation of the sensor's noise, in steps of 0 to 255.</summary>
    public double Noise { get; init; }

    /// <summary>How much brighter every frame is than the one before, as a factor.</summary>
    public double Brightening { get; init; } = 1;

    /// <summary>Draws one frame; the same scene and number give the same bytes.</summary>
    /// <param name="frame">Its number, from 0.</param>
    public Image Render(int frame)
    {
        int shutters = Exposure > 0 ? 7 : 1;
        var moments = new (SceneLayer Layer, Projective ToLayer)[shutters][];
        for (int shutter = 0; shutter < shutters; shutter++)
        {
            double time = frame + (shutters == 1 ? 0 : Exposure * (shutter / (shutters - 1.0) - 0.5));
            moments[shutter] = [.. Layers.Reverse().Select(layer => (layer, layer.Place(time).Inverse()))];
        }

        var image = new Image(Size);
        var random = new Random(7919 * frame + 17);
        double gain = Math.Pow(Brightening, frame);
        Span<byte> pixels = image.Pixels;
        Span<float> sums = stackalloc float[3];
        for (int y = 0; y < Size.Height; y++)
        {
            for (int x = 0; x < Size.Width; x++)
            {
                sums.Clear();
                // Four places in a pixel keep edges and fine detail from flickering.
                for (int part = 0; part < 4; part++)
                {
                    var point = new PixelPoint(x + 0.25 + 0.5 * (part & 1), y + 0.25 + 0.5 * (part >> 1));
                    foreach ((SceneLayer Layer, Projective ToLayer)[] moment in moments) Add(moment, point, 0.25f / shutters, sums);
                }

                for (int c = 0; c < 3; c++)
                {
                    double value = sums[c] * gain + (Noise > 0 ? Noise * Gaussian(random) : 0);
                    pixels[3 * (y * Size.Width + x) + c] = (byte)Math.Clamp(Math.Round(value), 0, 255);
                }
            }
        }

        return image;
    }

    /// <summary>Where points of frame 0 truly are, and whether they are seen.</summary>
    /// <param name="steps">Frames.</param>
    /// <param name="points">Places in frame <paramref name="query"/>.</param>
    /// <param name="query">The frame that the points are given in.</param>
    public Tracks Follow(int steps, IReadOnlyList<PixelPoint> points, int query = 0)
    {
        ArgumentNullException.ThrowIfNull(points);
        var positions = new float[2 * steps * points.Count];
        var visible = new bool[steps * points.Count];
        for (int track = 0; track < points.Count; track++)
        {
            int layer = LayerAt(points[track], query);
            PixelPoint own = Layers[layer].Place(query).Inverse().Apply(points[track]);
            for (int step = 0; step < steps; step++)
            {
                PixelPoint there = Layers[layer].Place(step).Apply(own);
                int at = step * points.Count + track;
                (positions[2 * at], positions[2 * at + 1]) = ((float)there.X, (float)there.Y);
                visible[at] = Size.ToBox().Contains(there) && LayerAt(there, step) == layer;
            }
        }

        return new Tracks(Size, steps, points.Count, positions, visible);
    }

    /// <summary>Whether what is seen at a point of frame 0 moves by itself.</summary>
    public bool Moves(PixelPoint point) => Layers[LayerAt(point, 0)].Moves;

    private int LayerAt(PixelPoint point, double time)
    {
        for (int layer = Layers.Count - 1; layer > 0; layer--)
        {
            if (Layers[layer].Shape is { } shape && shape.Contains(Layers[layer].Place(time).Inverse().Apply(point))) return layer;
        }

        return 0;
    }

    private static void Add((SceneLayer Layer, Projective ToLayer)[] nearestFirst, PixelPoint point, float weight, Span<float> sums)
    {
        foreach ((SceneLayer layer, Projective toLayer) in nearestFirst)
        {
            PixelPoint own = toLayer.Apply(point);
            if (layer.Shape is { } shape && !shape.Contains(own)) continue;
            layer.Texture.Sample(own.X, own.Y, weight, sums);
            return;
        }
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
