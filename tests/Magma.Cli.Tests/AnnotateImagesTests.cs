using System.Diagnostics;
using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Cli.Tests;

/// <summary>Runs the program as its users do, in processes of its own that can be killed.</summary>
public sealed class AnnotateImagesTests
{
    private const int Inputs = 24;

    [Fact]
    public void Screenshots_and_garbage_give_samples_errors_and_exit_code_one()
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], 3);
        File.WriteAllBytes(folder["in", "empty.png"], []);
        File.WriteAllText(folder["in", "text.png"], "not a picture");
        File.WriteAllBytes(folder["in", "cut.png"], File.ReadAllBytes(folder["in", "screen-01.png"])[..200]);

        (int code, string output) = MagmaProcess.Finish(Start(folder, "--workers", "2"));

        Assert.True(code == 1, output);
        Assert.Contains("6 screenshots: 3 samples, 3 failed.", output);
        Assert.Equal(3, File.ReadAllLines(folder["out", "errors.jsonl"]).Length);
        Sample[] samples = [.. ShardManifest.Read(folder["out"]).Shards
            .SelectMany(shard => ShardReader.Read(folder["out", "shards", shard.Name]))];
        Assert.Equal(3, samples.Length);
        Assert.All(samples, sample => Assert.Contains("SCREEN", sample.Metadata["elements"]!.ToJsonString().ToUpperInvariant()));
    }

    [Theory]
    [InlineData("nothing-there.png", "There is no file or folder")]
    [InlineData("*.jpg", "No file matches")]
    public void Inputs_that_are_not_there_are_named(string input, string message)
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], 1);

        (int code, string output) = MagmaProcess.Finish(StartWith(folder["in", input], folder["out"]));

        Assert.Equal(1, code);
        Assert.Contains(message, output);
        Assert.Contains(input, output);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void An_output_folder_inside_the_inputs_is_refused()
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], 1);

        (int code, string output) = MagmaProcess.Finish(StartWith(folder["in"], folder["in", "out"]));

        Assert.Equal(1, code);
        Assert.Contains("lies in the input folder", output);
    }

    [Fact]
    public void Killed_at_random_moments_and_resumed_it_gives_the_same_bytes() => KillAndResume(kills: 6, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void Killed_a_hundred_times_and_resumed_it_gives_the_same_bytes()
    {
        for (int run = 0; run < 10; run++) KillAndResume(kills: 10, seed: 100 + run);
    }

    [Fact]
    public void A_full_disk_stops_with_a_message_and_keeps_what_was_finished()
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], 8);
        MagmaProcess.Finish(Start(folder, "--shard-size", "2"));
        string whole = FolderBytes.Fingerprint(folder["out"]);
        Directory.Delete(folder["out"], recursive: true);

        // A small file system in memory, seen by this shell alone, becomes full and is then made larger.
        string script = $$"""
            run() { dotnet "$0" annotate images "$1" --out "$2/out" --shard-size 2 --workers 1 --resume 2>&1; echo "code $?"; }
            mkdir "$2" && mount -t tmpfs -o size=64k none "$2" || exit 3
            run "$@"
            mount -o remount,size=64m "$2"
            run "$@"
            cp -r "$2/out" "$3"
            """;
        (int code, string output) = MagmaProcess.Finish(Process.Start(new ProcessStartInfo("unshare", [
            "--map-root-user", "--mount", "bash", "-c", script, typeof(AnnotateOptions).Assembly.Location, folder["in"], folder["small"], folder["copy"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        // Where the kernel allows no such file systems there is nothing to try.
        if (code == 3 || output.StartsWith("unshare:")) return;

        string[] parts = output.Split("code ");
        Assert.Contains($"Writing to {folder["small", "out"]} failed: No space left on device", parts[0]);
        Assert.Contains("--resume", parts[0]);
        Assert.StartsWith("1", parts[1]);
        Assert.StartsWith("0", parts[2]);
        Assert.Equal(whole, FolderBytes.Fingerprint(folder["copy"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_stops_with_a_message()
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], 1);

        (int code, string output) = MagmaProcess.Finish(StartWith(folder["in"], "/proc/magma-out"));

        Assert.Equal(1, code);
        Assert.Contains("Writing to /proc/magma-out failed", output);
    }

    [Fact]
    public void Interrupted_it_says_how_to_go_on()
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], Inputs);
        using Process process = Start(folder, "--workers", "1");
        while (!Directory.Exists(folder["out", ".run"]) || !Directory.EnumerateFiles(folder["out", ".run"], "*.json").Any())
        {
            Assert.False(process.HasExited);
            Thread.Sleep(10);
        }

        using (Process.Start("kill", ["-INT", $"{process.Id}"])) { }
        (int code, string output) = MagmaProcess.Finish(process);

        Assert.True(code == 130, output);
        Assert.Contains("--resume", output);
        Assert.True(File.Exists(folder["out", "index.html"]));
    }

    private static void KillAndResume(int kills, int seed)
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], Inputs);
        KilledRuns.EndAsOneThatWasLeftAlone(folder, kills, seed, "images", "--shard-size", "4");
    }

    private static void MakeInputs(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        for (int index = 0; index < count; index++)
        {
            using var image = new Image(new PixelSize(320, 96));
            image.FillRectangle(image.Size.ToBox(), Color.White);
            image.DrawText($"Screen {index + 10}", new PixelPoint(20, 30), Font.Default, 28, Color.Black);
            image.Save(Path.Combine(folder, $"screen-{index:D2}.png"));
        }
    }

    private static Process Start(TemporaryFolder folder, params string[] options) => StartWith(folder["in"], folder["out"], options);

    private static Process StartWith(string input, string output, params string[] options) =>
        MagmaProcess.Start(["annotate", "images", input, "--out", output, .. options]);
}
