using System.Text.Json.Nodes;
using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests.Parity;

public sealed class ProcessorParityTests
{
    [Fact]
    public void Every_case_of_the_golden_folder_is_equal()
    {
        List<ParityVerdict> verdicts = [.. ProcessorParity.Run(Repository.Golden("processor"))];

        Assert.True(verdicts.Count > 1500);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Fact]
    public void A_resized_tensor_that_differs_is_told_and_an_unknown_mode_is_not_counted()
    {
        using var folder = new TemporaryFolder();
        JsonArray cases = JsonNode.Parse(File.ReadAllText(Repository.Golden("processor", "resize.json")))!.AsArray();
        cases[3]!["output"]![0] = 4.5;
        cases[6]!["mode"] = "lanczos";
        File.WriteAllText(folder["resize.json"], cases.ToJsonString());

        List<ParityVerdict> verdicts = [.. ProcessorParity.Run(folder.Path)];

        Assert.Equal(cases.Count, verdicts.Count);
        Assert.Equal([verdicts[3]], verdicts.Where(verdict => verdict.Outcome == ParityOutcome.Different));
        Assert.Equal([verdicts[6]], verdicts.Where(verdict => verdict.Outcome == ParityOutcome.NotBuilt));
    }

    [Fact]
    public void Changed_values_are_told()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["images"]);
        foreach (string file in Directory.GetFiles(Repository.Golden("processor", "images"))) File.Copy(file, folder["images", Path.GetFileName(file)]);
        File.Copy(Repository.Golden("processor", "cases.json"), folder["cases.json"]);
        byte[] samples = File.ReadAllBytes(Repository.Golden("processor", "pixel_values.f32"));
        samples[2] ^= 0x10;
        File.WriteAllBytes(folder["pixel_values.f32"], samples);

        Assert.Single(ProcessorParity.Run(folder.Path), verdict => verdict.Outcome == ParityOutcome.Different);
    }
}
