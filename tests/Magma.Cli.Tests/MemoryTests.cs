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

    private void StaysFlat(params string[] arguments)
    {
        var sizes = new List<double>();
        var clock = Stopwatch.StartNew();
        using Process process = MagmaProcess.Start(arguments);
        Task<string> text = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        while (!process.WaitForExit(200))
        {
            if (ResidentMiB(process.Id) is { } size) sizes.Add(size);
        }

        Assert.True(process.ExitCode == 0, text.Result + errors.Result);
        int fifth = sizes.Count / 5;
        double early = sizes.GetRange(fifth, fifth).Average(), late = sizes.GetRange(sizes.Count - fifth, fifth).Average();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.Elapsed.TotalSeconds:F0} s; {early:F0} MiB in the second fifth, {late:F0} MiB in the last, {sizes.Max():F0} MiB at most"));
        Assert.InRange(late, 0, early + Allowance);
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
