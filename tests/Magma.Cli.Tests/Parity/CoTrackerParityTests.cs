using System.Text.Json.Nodes;
using Magma.Cli.Parity;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;

namespace Magma.Cli.Tests.Parity;

public sealed class CoTrackerParityTests
{
    [Fact]
    public void The_tracking_network_and_its_blocks_are_equal()
    {
        using TemporaryFolder folder = Part("blocks", "offline-small");

        List<ParityVerdict> verdicts = [.. CoTrackerParity.Run(folder.Path)];

        Assert.True(verdicts.Count > 70);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Fact]
    [Trait("Category", "Long")]
    public void Tracks_through_whole_clips_and_through_streams_are_equal()
    {
        List<ParityVerdict> verdicts = [.. CoTrackerParity.Run(Repository.Golden("cotracker"))];

        Assert.True(verdicts.Count > 200);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Fact]
    public void A_changed_tracking_expectation_is_told()
    {
        using TemporaryFolder folder = Part("blocks");
        Dictionary<string, torch.Tensor> tensors;
        using (SafetensorsFile golden = SafetensorsFile.Open(folder["blocks.safetensors"])) tensors = golden.LoadAll();
        using (torch.Tensor changed = tensors["posenc.out"].add(1e-4))
        {
            SafetensorsWriter.Write(folder["blocks.safetensors"], new Dictionary<string, torch.Tensor>(tensors) { ["posenc.out"] = changed });
        }

        foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();

        ParityVerdict wrong = Assert.Single(CoTrackerParity.Run(folder.Path), verdict => verdict.Outcome == ParityOutcome.Different);

        Assert.Equal("blocks/posenc.out", wrong.Case);
    }

    // A copy of the golden folder with some of its cases.
    private static TemporaryFolder Part(params string[] cases)
    {
        var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Repository.Golden("cotracker"))) File.Copy(file, folder[Path.GetFileName(file)]);
        JsonNode description = JsonNode.Parse(File.ReadAllText(folder["cases.json"]))!;
        JsonObject all = description["cases"]!.AsObject();
        foreach (string other in all.Select(one => one.Key).Except(cases).ToArray()) all.Remove(other);
        File.WriteAllText(folder["cases.json"], description.ToJsonString());
        return folder;
    }
}
