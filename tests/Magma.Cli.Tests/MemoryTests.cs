using System.Diagnostics;
using System.Globalization;
using Magma.Testing;
using Magma.Vision;
using Xunit.Abstractions;

namespace Magma.Cli.Tests;

/// <summary>How much memory long annotation runs take, seen from outside the process.</summary>
[Trait("Category", "Long")]
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const double Allowance = 48;

    [Fact]
    public void A_run_over_five_thousand_screenshots_takes_no_more_memory_at_its_end_than_after_its_first_fifth()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["in"]);
        for (int index = 0; index < 5000; index++)
        {
            using var image = new Image(new PixelSize(200 + index % 40, 96 + index % 7));
            image.FillRectangle(image.Size.ToBox(), Color.White);
            image.DrawText($"Entry {index}", new PixelPoint(20, 30), Font.Default, 24, Color.Black);
            image.FillRectangle(new PixelBox(10, 70, 60, 88), new Color(30, 90, 200));
            image.Save(folder["in", $"screen-{index:D4}.png"]);
        }

        StaysFlat("annotate", "images", folder["in"], "--out", folder["out"]);
    }

    [Fact]
    public void A_run_over_a_video_of_an_hour_takes_no_more_memory_at_its_end_than_after_its_first_fifth()
    {
        using var folder = new TemporaryFolder();
        VideoFiles.Ffmpeg(
            "-f", "lavfi", "-i", "testsrc2=size=192x144:rate=15", "-t", "3600", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
            folder["hour.mp4"]);

        StaysFlat("annotate", "videos", folder["hour.mp4"], "--out", folder["out"]);
    }

    [Fact]
    public void A_run_over_screens_of_rising_sizes_needs_little_more_memory_than_one_over_the_largest()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["rising"]);
        Directory.CreateDirectory(folder["largest"]);
        for (int step = 0; step < 16; step++)
        {
            using Image image = Screen(new PixelSize(800 + (64 * step), 600 + (48 * step)));
            image.Save(folder["rising", $"screen-{step:D2}.png"]);
            if (step == 15)
            {
                for (int copy = 0; copy < 4; copy++) image.Save(folder["largest", $"screen-{copy}.png"]);
            }
        }

        double rising = Sizes("annotate", "images", folder["rising"], "--out", folder["a"], "--workers", "1").Max();
        double largest = Sizes("annotate", "images", folder["largest"], "--out", folder["b"], "--workers", "1").Max();

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rising:F0} MiB over rising sizes, {largest:F0} MiB over the largest"));
        Assert.InRange(rising, 0, largest + Allowance);
    }

    private static Image Screen(PixelSize size)
    {
        var image = new Image(size);
        image.FillRectangle(size.ToBox(), Color.White);
        for (int row = 0; row < 20; row++)
        {
            image.DrawText($"Row {row} of a list", new PixelPoint(40, 30 + (28 * row)), Font.Default, 18, Color.Black);
            image.FillRectangle(new PixelBox(size.Width - 200, 24 + (28 * row), size.Width - 120, 46 + (28 * row)), new Color(30, 90, 200));
        }

        return image;
    }

    private void StaysFlat(params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        List<double> sizes = Sizes(arguments);
        int fifth = sizes.Count / 5;
        double early = sizes.GetRange(fifth, fifth).Average(), late = sizes.GetRange(sizes.Count - fifth, fifth).Average();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.Elapsed.TotalSeconds:F0} s; {early:F0} MiB in the second fifth, {late:F0} MiB in the last, {sizes.Max():F0} MiB at most"));
        Assert.InRange(late, 0, early + Allowance);
    }

    // What the program holds from its start to its end, in MiB, looked at twenty times a second.
    private static List<double> Sizes(params string[] arguments)
    {
        var sizes = new List<double>();
        using Process process = MagmaProcess.Start(arguments);
        Task<string> text = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        while (!process.WaitForExit(50))
        {
            if (ResidentMiB(process.Id) is { } size) sizes.Add(size);
        }

        Assert.True(process.ExitCode == 0, text.Result + errors.Result);
        return sizes;
    }

    private static double? ResidentMiB(int process)
    {
        try
        {
            // Anonymous memory: files that are mapped come and go with the page cache.
            string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception problem) when (problem is IOException or InvalidOperationException)
        {
            // It ended meanwhile.
            return null;
        }
    }
}
