using Magma.Vision;

namespace Magma.Models.Processing;

/// <summary>
/// Pictures to crops, exactly as the reference image processor: normalise, then stretch to the chosen grid by bilinear
/// interpolation of two neighbours (no antialias, aspect ratio not kept), then cut. EXIF orientation is the caller's matter.
/// </summary>
public sealed class ImageProcessor
{
    private readonly float[][] normalized;

    /// <param name="config">Settings; they are checked.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public ImageProcessor(ImageProcessorConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        List<string> problems = [.. config.Problems()];
        if (problems.Count > 0) throw new ArgumentException(string.Join("; ", problems), nameof(config));
        Config = config;
        normalized =
            [.. Enumerable.Range(0, Image.Channels).Select(channel => TableOf((float)config.Mean[channel], (float)config.Std[channel]))];
    }

    /// <summary>The settings.</summary>
    public ImageProcessorConfig Config { get; }

    /// <summary>The crops of a picture.</summary>
    /// <param name="image">Any size.</param>
    /// <param name="maxCrops">The most crops, in place of the configured number.</param>
    public ImageCrops Encode(Image image, int? maxCrops = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        int side = Config.BaseSize;
        CropGrid grid = CropGrid.Choose(image.Size, side, maxCrops ?? Config.MaxCrops);
        var pixels = new float[checked(grid.Count * Image.Channels * side * side)];
        Neighbours[] columns = NeighboursOf(image.Width, grid.Columns * side), rows = NeighboursOf(image.Height, grid.Rows * side);
        ReadOnlySpan<byte> source = image.Pixels;
        for (int y = 0; y < rows.Length; y++)
        {
            ReadOnlySpan<byte> upper = source.Slice(rows[y].First * image.Width * Image.Channels, image.Width * Image.Channels);
            ReadOnlySpan<byte> lower = source.Slice(rows[y].Second * image.Width * Image.Channels, image.Width * Image.Channels);
            for (int gridColumn = 0; gridColumn < grid.Columns; gridColumn++)
            {
                int crop = (y / side * grid.Columns) + gridColumn;
                ReadOnlySpan<Neighbours> part = columns.AsSpan(gridColumn * side, side);
                for (int channel = 0; channel < Image.Channels; channel++)
                {
                    Span<float> target = pixels.AsSpan((((crop * Image.Channels) + channel) * side * side) + (y % side * side), side);
                    Interpolate(upper, lower, part, rows[y], channel, target);
                }
            }
        }

        return new ImageCrops(grid, side, pixels);
    }

    private void Interpolate(
        ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, ReadOnlySpan<Neighbours> columns, Neighbours row, int channel,
        Span<float> target)
    {
        float[] table = normalized[channel];
        for (int x = 0; x < target.Length; x++)
        {
            Neighbours column = columns[x];
            int left = (column.First * Image.Channels) + channel, right = (column.Second * Image.Channels) + channel;
            float above = (column.FirstWeight * table[upper[left]]) + (column.SecondWeight * table[upper[right]]);
            float below = (column.FirstWeight * table[lower[left]]) + (column.SecondWeight * table[lower[right]]);
            target[x] = (row.FirstWeight * above) + (row.SecondWeight * below);
        }
    }

    private readonly record struct Neighbours(int First, int Second, float FirstWeight, float SecondWeight);

    /// <summary>Source positions and weights of every target position, in single precision with one rounding, as PyTorch's builds compute them.</summary>
    private static Neighbours[] NeighboursOf(int source, int target)
    {
        var neighbours = new Neighbours[target];
        float scale = (float)source / target;
        for (int index = 0; index < target; index++)
        {
            float position = Math.Max(0f, MathF.FusedMultiplyAdd(scale, index + 0.5f, -0.5f));
            int first = Math.Min((int)position, source - 1);
            float weight = Math.Clamp(position - first, 0f, 1f);
            neighbours[index] = new Neighbours(first, Math.Min(first + 1, source - 1), 1f - weight, weight);
        }

        return neighbours;
    }

    private static float[] TableOf(float mean, float std)
    {
        var table = new float[256];
        for (int value = 0; value < table.Length; value++) table[value] = ((value / 255f) - mean) / std;
        return table;
    }
}
