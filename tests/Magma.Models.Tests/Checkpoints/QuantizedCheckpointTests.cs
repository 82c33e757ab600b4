using Magma.Models.Checkpoints;
using Magma.Models.Networks;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Tests.Checkpoints;

/// <summary>The small golden model, quantised: how far its logits move from the reference's.</summary>
public sealed class QuantizedCheckpointTests
{
    private static string Golden => Path.Combine(Repository.Root, "tests", "golden", "magma-tiny");

    [Theory]
    [InlineData(8, 64, 0.02)]
    [InlineData(8, 128, 0.02)]
    [InlineData(4, 32, 0.2)]
    [InlineData(4, 128, 0.25)]
    public void Logits_stay_within_the_bar_of_their_bits(int bits, int group, double bar)
    {
        using var folder = new TemporaryFolder();
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        CheckpointQuantizer.Run(Golden, folder["model"], bits, group);
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(Golden, "text_only.safetensors"));
        Tensor expected = golden.Load("logits"), actual = Logits(folder["model"], golden.Load("input_ids"));

        double error = actual.sub(expected).pow(2).mean().sqrt().item<float>() / expected.std().item<float>();

        Assert.InRange(error, 1e-6, bar);
    }

    [Fact]
    public void A_quantised_checkpoint_keeps_everything_but_the_matrices_of_the_decoder()
    {
        using var folder = new TemporaryFolder();
        CheckpointQuantizer.Run(Golden, folder["model"], bits: 4, group: 32);
        using SafetensorsFile before = SafetensorsFile.Open(Golden), after = SafetensorsFile.Open(folder["model"]);

        Assert.True(File.Exists(folder[Path.Combine("model", "config.json")]));
        foreach (SafetensorsEntry entry in before.Entries.Values)
        {
            bool isKept = after.Entries.ContainsKey(entry.Name);
            Assert.NotEqual(isKept, after.Entries.ContainsKey($"{entry.Name}_int4") && after.Entries.ContainsKey($"{entry.Name}_scale"));
            if (!isKept) continue;
            using DisposeScope scope = NewDisposeScope();
            Tensor old = before.Load(entry.Name), kept = after.Load(entry.Name);
            Assert.True(old.eq(kept).all().item<bool>());
        }
    }

    [Fact]
    public void What_is_quantised_already_is_refused()
    {
        using var folder = new TemporaryFolder();
        CheckpointQuantizer.Run(Golden, folder["model"], bits: 8, group: 64);

        var error = Assert.Throws<InvalidDataException>(() => CheckpointQuantizer.Run(folder["model"], folder["again"], bits: 4, group: 32));

        Assert.Contains("quantised already", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["again"]));
    }

    [Theory]
    [InlineData(8, 64)]
    [InlineData(4, 32)]
    public void A_weight_that_is_not_finite_is_refused_with_its_name_and_nothing_is_left(int bits, int group)
    {
        const string Name = "language_model.model.layers.2.mlp.up_proj.weight";
        using var folder = new TemporaryFolder();
        using (DisposeScope scope = NewDisposeScope())
        using (SafetensorsFile file = SafetensorsFile.Open(Golden))
        {
            Dictionary<string, Tensor> tensors = file.LoadAll();
            tensors[Name] = tensors[Name].clone();
            tensors[Name].narrow(0, 3, 1).narrow(1, 5, 1).fill_(float.NaN);
            Directory.CreateDirectory(folder["damaged"]);
            SafetensorsWriter.Write(folder["damaged", "model.safetensors"], tensors);
        }

        var error = Assert.Throws<InvalidDataException>(() => CheckpointQuantizer.Run(folder["damaged"], folder["model"], bits, group));

        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.Equal([folder["damaged"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_is_in_the_way_is_kept()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["model"]);
        File.WriteAllText(folder["model", "notes.txt"], "mine");

        Assert.Throws<IOException>(() => CheckpointQuantizer.Run(Golden, folder["model"], bits: 8, group: 64));
        Assert.Equal([folder["model", "notes.txt"]], Directory.GetFileSystemEntries(folder["model"]));

        File.Delete(folder["model", "notes.txt"]);
        CheckpointQuantizer.Run(Golden, folder["model"], bits: 8, group: 64);
        Assert.True(File.Exists(folder["model", "config.json"]));
        Assert.Equal([folder["model"]], Directory.GetFileSystemEntries(folder.Path));
    }

    private static Tensor Logits(string folder, Tensor ids)
    {
        using SafetensorsFile weights = SafetensorsFile.Open(folder);
        var source = new CheckpointWeights(weights);
        using var model = new MagmaForCausalLM(MagmaConfig.Read(Path.Combine(folder, "config.json")), source);
        source.Finish(folder);
        using DecoderOutput output = model.Text.Run(model.Text.Embed(ids), arange(ids.shape[1]).unsqueeze(0));
        return model.Text.Logits(output.Hidden);
    }
}
