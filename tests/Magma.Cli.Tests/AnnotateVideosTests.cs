using System.Diagnostics;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Testing;

namespace Magma.Cli.Tests;

/// <summary>Runs <c>annotate videos</c> as its users do, over videos that ffmpeg wrote.</summary>
public sealed class AnnotateVideosTests
{
    [Fact]
    public void Strange_videos_are_labelled_and_bad_ones_recorded()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["in"]);
        Moving(folder["in", "b-rotated-flat.mp4"], 18);
        VideoFiles.Ffmpeg("-i", folder["in", "b-rotated-flat.mp4"], "-c", "copy", "-metadata:s:v:0", "rotate=270", folder["in", "b-rotated.mp4"]);
        File.Delete(folder["in", "b-rotated-flat.mp4"]);
        Moving(folder["in", "c-uneven.mp4"], 20, filter: "setpts='if(lt(N,3),N*0.1,0.2+(N-2)*0.5)/TB+0.001'", options: ["-fps_mode", "vfr"]);
        Moving(folder["in", "d-odd.mkv"], 17, size: "161x119", options: ["-c:v", "ffv1", "-pix_fmt", "bgr0"]);
        Moving(folder["in", "e-ten-hours.mkv"], 40);
        File.Copy(folder["in", "e-ten-hours.mkv"], folder["in", "e-as-long-as-it-is.mkv"]);
        Damage(folder["in", "e-ten-hours.mkv"], VideoFiles.ClaimTenHours);
        Moving(folder["in", "f-no-frames.mp4"], 20);
        Damage(folder["in", "f-no-frames.mp4"], VideoFiles.EmptyTheIndex);
        Moving(folder["in", "g-one-frame.mp4"], 1);
        Moving(folder["in", "h-truncated.mp4"], 60, options: ["-movflags", "+faststart", "-g", "10"]);
        byte[] bytes = File.ReadAllBytes(folder["in", "h-truncated.mp4"]);
        File.WriteAllBytes(folder["in", "h-truncated.mp4"], bytes[..(bytes.Length * 2 / 3)]);

        (int code, string output) = MagmaProcess.Run("annotate", "videos", folder["in"], "--out", folder["out"], "--height", "120");

        Assert.True(code == 1, output);
        Assert.Contains("8 videos: ", output);
        Assert.Contains("3 failed", output);
        JsonNode[] errors = [.. File.ReadAllLines(folder["out", "errors.jsonl"]).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(["f-no-frames.mp4", "g-one-frame.mp4", "h-truncated.mp4"], errors.Select(error => (string)error["input"]!));
        Assert.All(errors, error => Assert.Equal("input", (string)error["kind"]!));
        Sample[] samples = [.. ShardManifest.Read(folder["out"]).Shards
            .SelectMany(shard => ShardReader.Read(folder["out", "shards", shard.Name]))];
        ILookup<string, Sample> byVideo = samples.ToLookup(sample => (string)sample.Metadata["source"]!["name"]!);
        foreach (string labelled in (string[])["b-rotated.mp4", "c-uneven.mp4", "d-odd.mkv", "e-ten-hours.mkv", "h-truncated.mp4"])
        {
            Assert.True(byVideo[labelled].Any(), $"{labelled} has no sample. {output}");
        }

        Assert.Equal(byVideo["e-as-long-as-it-is.mkv"].Count(), byVideo["e-ten-hours.mkv"].Count());
        Assert.Equal(0.2 + 13 * 0.5, (double)byVideo["c-uneven.mp4"].First().Metadata["source"]!["seconds"]![15]!, 3);
        Assert.Equal(0, MagmaProcess.Run("dataset", "verify", folder["out"]).Code);
    }

    [Fact]
    public void Killed_at_random_moments_and_resumed_it_gives_the_same_bytes_and_leaves_no_ffmpeg() => KillAndResume(kills: 4, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void Killed_a_hundred_times_and_resumed_it_gives_the_same_bytes()
    {
        for (int run = 0; run < 10; run++) KillAndResume(kills: 10, seed: 300 + run);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_that_run_at_once_and_are_killed_once_write_together_what_one_process_writes(int world)
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"]);
        string[] command = ["annotate", "videos", folder["in"], "--height", "120", "--shard-size", "2", "--out"];
        Assert.Equal(0, MagmaProcess.Run([.. command, folder["one"]]).Code);

        Process StartRank(int rank) => MagmaProcess.Start([.. command, folder["many"], "--rank", $"{rank}", "--world", $"{world}", "--resume"]);
        Process[] ranks = [.. Enumerable.Range(0, world).Select(StartRank)];
        while (!ranks[0].HasExited && !Directory.Exists(folder["many", ".run"])) Thread.Sleep(5);
        Thread.Sleep(300);
        ranks[0].Kill();
        foreach (Process rank in ranks) MagmaProcess.Finish(rank);
        (int code, string output) = MagmaProcess.Finish(StartRank(0));

        Assert.True(code == 0, output);
        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["many"]));
    }

    private static void KillAndResume(int kills, int seed)
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"]);
        KilledRuns.EndAsOneThatWasLeftAlone(folder, kills, seed, "videos", "--shard-size", "2", "--height", "120");
        Assert.DoesNotContain(
            Directory.EnumerateDirectories("/proc").Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0])),
            process => CommandLineOf(process).Contains(folder.Path, StringComparison.Ordinal));
    }

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }

    private static void MakeInputs(string folder)
    {
        Directory.CreateDirectory(folder);
        for (int index = 0; index < 8; index++) Moving(Path.Combine(folder, $"clip-{index}.mp4"), 20 + 16 * (index % 4));
    }

    // A detailed picture that moves under the window, as from a panning camera, with a thing of its own motion in front of it.
    private static void Moving(string path, int frames, string size = "160x120", string? filter = null, params string[] options) => VideoFiles.Ffmpeg([
        "-f", "lavfi", "-i", "mandelbrot=size=320x240:rate=10:start_scale=1.2:end_scale=1.0:end_pts=1000", "-f", "lavfi", "-i",
        "testsrc2=size=64x48:rate=10", "-frames:v", $"{frames}", "-filter_complex",
        $"[0:v]crop=160:120:x=20+2*n:y=30+n,scale={size.Replace('x', ':')}[back];[back][1:v]overlay=x=10+3*mod(n\\,30):y=40" + (filter is null ? "" : "," + filter),
        .. (string[])(options.Contains("-c:v") ? [] : ["-c:v", "libx264", "-pix_fmt", "yuv420p"]), .. options, path]);

    private static void Damage(string path, Action<byte[]> damage)
    {
        byte[] bytes = File.ReadAllBytes(path);
        damage(bytes);
        File.WriteAllBytes(path, bytes);
    }
}
