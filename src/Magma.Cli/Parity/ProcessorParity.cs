using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Magma.Models.Processing;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>
/// Golden folders of kind <c>processor</c>: RGB bytes of the pictures, the choice of the crop grid, pixel values, and resized tensors. Where the
/// folder has a picture's conversion by the reference (<c>NAME.rgb.png</c>), that is read.
/// </summary>
internal static class ProcessorParity
{
    private const double PixelBar = 2e-5;
    private const double MeanBar = 1e-5;

    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        IEnumerable<ParityVerdict> verdicts = [];
        if (Read(folder, "images.json") is { } images)
            verdicts = verdicts.Concat(images.EnumerateArray().Select(image => Bytes(folder, image)));
        if (Read(folder, "grids.json") is { } grids) verdicts = verdicts.Concat(grids.GetProperty("rows").EnumerateArray().Select(Grid));
        if (Read(folder, "cases.json") is { } cases)
        {
            byte[] samples = File.ReadAllBytes(Path.Combine(folder, "pixel_values.f32"));
            verdicts = verdicts.Concat(cases.EnumerateArray().SelectMany((one, index) => Pixels(folder, one, index, samples)));
        }

        if (Read(folder, "resize.json") is { } resized) verdicts = verdicts.Concat(ResizeParity.Run(resized));
        return verdicts;
    }

    private static JsonElement? Read(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? JsonDocument.Parse(File.ReadAllBytes(path)).RootElement : null;
    }

    private static Image Load(string folder, string name)
    {
        string converted = Path.Combine(folder, "images", name + ".rgb.png");
        if (!File.Exists(converted)) converted = Path.Combine(folder, "images", Path.GetFileNameWithoutExtension(name) + ".rgb.png");
        string path = File.Exists(converted) ? converted : Path.Combine(folder, "images", name);
        return Image.Load(path, new DecodeOptions { ApplyOrientation = false });
    }

    private static ParityVerdict Bytes(string folder, JsonElement entry)
    {
        string name = entry.GetProperty("file").GetString()!;
        using Image image = Load(folder, name);
        string expected = entry.GetProperty("rgb_sha256").GetString()!, actual = Convert.ToHexStringLower(SHA256.HashData(image.Pixels));
        return ParityVerdict.Exact($"images.json {name}", expected == actual, "the RGB bytes differ");
    }

    private static ParityVerdict Grid(JsonElement row)
    {
        int[] values = [.. row.EnumerateArray().Select(value => value.GetInt32())];
        CropGrid grid = CropGrid.Choose(new PixelSize(values[0], values[1]), values[2], values[3]);
        return ParityVerdict.Exact(
            $"grids.json {values[0]}x{values[1]} base {values[2]} crops {values[3]}", grid == new CropGrid(values[4], values[5]),
            $"expected {values[4]}x{values[5]}, got {grid.Rows}x{grid.Columns}");
    }

    private static IEnumerable<ParityVerdict> Pixels(string folder, JsonElement one, int index, byte[] samples)
    {
        string[] names = [.. one.GetProperty("images").EnumerateArray().Select(name => name.GetString()!)];
        int side = one.GetProperty("base").GetInt32(), maxCrops = one.GetProperty("num_crops").GetInt32();
        string title = $"cases.json:{index} {string.Join('+', names)} base {side} crops {maxCrops}";
        var processor = new ImageProcessor(new ImageProcessorConfig { BaseSize = side, MaxCrops = maxCrops });
        List<ImageCrops> pictures = [];
        foreach (string name in names)
        {
            using Image image = Load(folder, name);
            pictures.Add(processor.Encode(image));
        }

        int[][] expectedSizes = [.. one.GetProperty("image_sizes").EnumerateArray().Select(size => size.EnumerateArray().Select(value => value.GetInt32()).ToArray())];
        bool sameSizes = expectedSizes.Length == pictures.Count
            && expectedSizes.Zip(pictures).All(pair => pair.First[0] == pair.Second.Grid.Rows && pair.First[1] == pair.Second.Grid.Columns);
        yield return ParityVerdict.Exact(
            $"{title} image_sizes", sameSizes, $"got {string.Join(", ", pictures.Select(picture => picture.Grid))}");
        if (!sameSizes) yield break;

        float[] pixels = [.. pictures.SelectMany(picture => picture.Pixels)];
        long[] shape = [.. one.GetProperty("shape").EnumerateArray().Select(value => value.GetInt64())];
        yield return ParityVerdict.Exact(
            $"{title} shape", shape.Aggregate(1L, (product, length) => product * length) == pixels.Length, $"got {pixels.Length} values");
        ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(samples).Slice(one.GetProperty("offset").GetInt32(), one.GetProperty("count").GetInt32());
        yield return Samples($"{title} pixel_values", expected, pixels, one.GetProperty("stride").GetInt32());
        double[] means = [.. one.GetProperty("crop_mean").EnumerateArray().Select(value => value.GetDouble())];
        yield return Means($"{title} crop_mean", means, pixels);
    }

    private static ParityVerdict Samples(string name, ReadOnlySpan<float> expected, float[] pixels, int stride)
    {
        double worst = 0, relative = 0;
        for (int index = 0; index < expected.Length; index++)
        {
            double error = Math.Abs(expected[index] - pixels[(long)index * stride]);
            if (!(error <= worst)) worst = error;
            relative = Math.Max(relative, error / Math.Max(1e-6, Math.Abs(expected[index])));
        }

        return ParityVerdict.Within(name, worst, relative, PixelBar);
    }

    private static ParityVerdict Means(string name, double[] expected, float[] pixels)
    {
        int length = pixels.Length / expected.Length;
        double worst = 0;
        for (int crop = 0; crop < expected.Length; crop++)
        {
            double sum = 0;
            foreach (float value in pixels.AsSpan(crop * length, length)) sum += value;
            worst = Math.Max(worst, Math.Abs((sum / length) - expected[crop]));
        }

        return ParityVerdict.Within(name, worst, 0, MeanBar);
    }
}
