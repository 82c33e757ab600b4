using Magma.Vision;

namespace Magma.Perception.Tests.Traces;

/// <summary>A scene painted point by point, so that where everything is in each frame is known exactly.</summary>
internal static class PaintedScene
{
    public static readonly PixelSize Size = new(320, 240);

    /// <summary>Smooth structure at several scales, without repeats over the pictures used here.</summary>
    public static double Texture(double x, double y) =>
        128 + 28 * Math.Sin(0.11 * x + 0.5 * Math.Sin(0.07 * y)) + 28 * Math.Cos(0.13 * y - 0.4 * Math.Sin(0.05 * x))
        + 30 * Math.Sin(0.31 * x + 0.23 * y) + 20 * Math.Cos(0.37 * x - 0.41 * y) + 12 * Math.Sin(0.019 * x * 0.021 * y);

    /// <summary>
    /// A background shifted by <paramref name="camera"/> a frame, and a square with a texture of its own that moves by itself.
    /// </summary>
    public static Image[] Frames(int count, PixelPoint camera, PixelBox square, PixelPoint squareStep)
    {
        var frames = new Image[count];
        for (int step = 0; step < count; step++)
        {
            frames[step] = new Image(Size);
            PixelBox at = new(
                square.X1 + step * squareStep.X, square.Y1 + step * squareStep.Y, square.X2 + step * squareStep.X,
                    square.Y2 + step * squareStep.Y);
            for (int y = 0; y < Size.Height; y++)
            {
                for (int x = 0; x < Size.Width; x++)
                {
                    double px = x + 0.5, py = y + 0.5;
                    double value = at.Contains(new PixelPoint(px, py))
                        ? Texture(3000 + 1.3 * (px - at.X1), 500 + 1.3 * (py - at.Y1))
                        : Texture(px - step * camera.X, py - step * camera.Y);
                    byte gray = (byte)Math.Clamp(Math.Round(value), 0, 255);
                    frames[step].Pixels.Slice((y * Size.Width + x) * 3, 3).Fill(gray);
                }
            }
        }

        return frames;
    }
}
