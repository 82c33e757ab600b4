using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests;

public sealed class TomParityTests
{
    [Fact]
    public void Every_stage_and_every_word_of_trace_of_mark_equals_the_reference()
    {
        ParityVerdict[] verdicts = [.. TomParity.Run(Repository.Golden("tom"))];
        Assert.True(verdicts.Length > 500, $"only {verdicts.Length} verdicts");
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Fact]
    public void A_changed_answer_a_changed_track_and_a_changed_draw_are_told()
    {
        using var folder = new TemporaryFolder();
        Copy(Repository.Golden("tom"), folder.Path);
        string cases = folder["cases.json"];
        string text = File.ReadAllText(cases);
        Assert.Contains("Mark 1 at [140,137]", text);
        File.WriteAllText(cases, text.Replace("Mark 1 at [140,137]", "Mark 1 at [140,138]"));
        Assert.Contains(TomParity.Run(folder.Path), verdict =>
            verdict is { Outcome: ParityOutcome.Different, Case: "video_ego4d_pan turns" });

        File.WriteAllText(
            cases, text.Replace("\"n\": 11, \"k\": 3", "\"n\": 12, \"k\": 3").Replace("\"n\": 31, \"k\": 5", "\"n\": 32, \"k\": 5"));
        Assert.Contains(TomParity.Run(folder.Path), verdict =>
            verdict.Outcome == ParityOutcome.Different && verdict.Case.EndsWith("draws", StringComparison.Ordinal));

        File.WriteAllText(cases, text);
        string tensors = folder["data", "video_ego4d_pan.safetensors"];
        byte[] bytes = File.ReadAllBytes(tensors);
        bytes[bytes.Length / 2] ^= 0x7F;
        File.WriteAllBytes(tensors, bytes);
        Assert.Contains(TomParity.Run(folder.Path), verdict => verdict.Outcome == ParityOutcome.Different);
    }

    private static void Copy(string from, string to)
    {
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }
}
