namespace Magma.Vision.Tests;

/// <summary>Pictures and files that the tests of this assembly share.</summary>
internal static class Pictures
{
    /// <summary>Smooth waves with a few hard blocks: something for every codec and for optical flow.</summary>
    public static Image Waves(int width, int height, double shiftX = 0, double shiftY = 0)
    {
        var image = new Image(new(width, height));
        Span<byte> pixels = image.Pixels;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double u = x - shiftX, v = y - shiftY;
                Span<byte> pixel = pixels.Slice((y * width + x) * Image.Channels, Image.Channels);
                pixel[0] = Wave(u * 0.21 + Math.Sin(v * 0.07) * 3);
                pixel[1] = Wave(v * 0.17 + Math.Sin(u * 0.05) * 3);
                pixel[2] = Wave((u + v) * 0.09);
            }
        }
        return image;
    }

    /// <summary>The red channel of a pixel, then green and blue.</summary>
    public static (int R, int G, int B) At(this Image image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Slice((y * image.Width + x) * Image.Channels, Image.Channels);
        return (pixel[0], pixel[1], pixel[2]);
    }

    /// <summary>The mean absolute difference of all channels, 0 to 255.</summary>
    public static double MeanDifference(Image a, Image b)
    {
        Assert.Equal(a.Size, b.Size);
        long sum = 0;
        ReadOnlySpan<byte> p = a.Pixels, q = b.Pixels;
        for (int i = 0; i < p.Length; i++)
            sum += Math.Abs(p[i] - q[i]);
        return sum / (double)p.Length;
    }

    private static byte Wave(double phase) => (byte)(127.5 + 110 * Math.Sin(phase));
}
