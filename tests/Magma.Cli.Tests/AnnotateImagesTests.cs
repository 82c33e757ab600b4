using System.Diagnostics;
using System.Security.Cryptography;
using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Cli.Tests;

/// <summary>Runs the program as its users do, in processes of its own that can be killed.</summary>
[NoLeaks]
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

        (int code, string output) = Finish(Start(folder, "--workers", "2"));

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

        (int code, string output) = Finish(StartWith(folder["in", input], folder["out"]));

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

        (int code, string output) = Finish(StartWith(folder["in"], folder["in", "out"]));

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
        Finish(Start(folder, "--shard-size", "2"));
        string whole = Fingerprint(folder["out"]);
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
        (int code, string output) = Finish(Process.Start(new ProcessStartInfo("unshare", [
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
        Assert.Equal(whole, Fingerprint(folder["copy"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_stops_with_a_message()
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], 1);

        (int code, string output) = Finish(StartWith(folder["in"], "/proc/magma-out"));

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
        (int code, string output) = Finish(process);

        Assert.True(code == 130, output);
        Assert.Contains("--resume", output);
        Assert.True(File.Exists(folder["out", "index.html"]));
    }

    private static void KillAndResume(int kills, int seed)
    {
        using var folder = new TemporaryFolder();
        MakeInputs(folder["in"], Inputs);
        Finish(Start(folder, "--shard-size", "4"));
        string whole = Fingerprint(folder["out"]);
        Directory.Delete(folder["out"], recursive: true);
        var random = new Random(seed);
        for (int kill = 0; kill < kills; kill++)
        {
            using Process process = Start(folder, "--shard-size", "4", "--resume", "--workers", "2");
            // From the first file on, so that every kill meets work.
            while (!process.HasExited && !Directory.Exists(folder["out", ".run"])) Thread.Sleep(5);
            Thread.Sleep(random.Next(1500));
            process.Kill();
            process.WaitForExit();
        }

        (int code, string output) = Finish(Start(folder, "--shard-size", "4", "--resume", "--workers", "1"));

        Assert.True(code == 0, output);
        Assert.Equal(whole, Fingerprint(folder["out"]));
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

    private static Process StartWith(string input, string output, params string[] options) => Process.Start(new ProcessStartInfo(
        // A shell that runs the tests in the background hands down an ignored SIGINT, which a program must respect.
        "env", ["--default-signal=INT", "dotnet", typeof(AnnotateOptions).Assembly.Location, "annotate", "images", input, "--out", output, .. options])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static (int Code, string Output) Finish(Process process)
    {
        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd() + errors.Result;
            process.WaitForExit();
            return (process.ExitCode, output);
        }
    }

    private static string Fingerprint(string folder) => string.Join('\n', Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetRelativePath(folder, path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}"));
}
