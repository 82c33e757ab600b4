using Magma.Cli.Parity;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;

namespace Magma.Cli.Tests.Parity;

public sealed class NetworkParityTests
{
    [Fact]
    public void The_small_model_is_equal_at_every_stage()
    {
        List<ParityVerdict> verdicts = [.. MagmaParity.Run(Repository.Golden("magma-tiny"))];

        Assert.True(verdicts.Count > 250);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Fact]
    public void The_small_decoders_are_equal()
    {
        List<ParityVerdict> verdicts = [.. DecodersParity.Run(Repository.Golden("decoders-tiny"))];

        Assert.True(verdicts.Count > 40);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome == ParityOutcome.Different);
    }

    [Fact]
    public void Parts_with_a_tied_head_and_other_projectors_are_equal()
    {
        List<ParityVerdict> verdicts = [.. MagmaPartsParity.Run(Repository.Golden("magma-parts"))];

        Assert.Equal(21, verdicts.Count);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Fact]
    public void A_changed_expectation_is_told()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Repository.Golden("decoders-tiny"))) File.Copy(file, folder[Path.GetFileName(file)]);
        Dictionary<string, torch.Tensor> tensors;
        using (SafetensorsFile golden = SafetensorsFile.Open(folder["qwen2.safetensors"])) tensors = golden.LoadAll();
        using (torch.Tensor changed = tensors["logits"].add(2e-4)) SafetensorsWriter.Write(folder["qwen2.safetensors"], new Dictionary<string, torch.Tensor>(tensors) { ["logits"] = changed });
        foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();

        ParityVerdict wrong = Assert.Single(DecodersParity.Run(folder.Path), verdict => verdict.Outcome == ParityOutcome.Different);

        Assert.Equal("qwen2 logits", wrong.Case);
    }
}
