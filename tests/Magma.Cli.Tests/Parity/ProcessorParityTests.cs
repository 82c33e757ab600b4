using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests.Parity;

public sealed class ProcessorParityTests
{
    [Fact]
    public void Every_case_of_the_golden_folder_is_equal()
    {
        List<ParityVerdict> verdicts = [.. ProcessorParity.Run(Repository.Golden("processor"))];

        Assert.True(verdicts.Count > 1400);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
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
