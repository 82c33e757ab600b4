using System.Text.Json.Nodes;
using Magma.Models.Checkpoints;
using Magma.Testing;
using Magma.Torch;
using TorchSharp;

namespace Magma.Models.Tests.Checkpoints;

public sealed class DamagedCheckpointTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    [Theory]
    [InlineData("config.json", "model_type", "\"llava\"", "llava")]
    [InlineData("config.json", "image_token_index", "5", "image_token_index")]
    [InlineData("config.json", "tokenizer_vocab_size", "1000", "tokenizer_vocab_size")]
    [InlineData("config.json", "torch_dtype", "\"int3\"", "int3")]
    [InlineData("config.json", "vision_config", "null", "vision_config")]
    [InlineData("config.json", "vision_config.vision_backbone", "7", "vision_backbone")]
    [InlineData("config.json", "vision_config.img_anyres_strategy", "\"other\"", "img_anyres_strategy")]
    [InlineData("config.json", "vision_config.mm_projector_type", "\"linear\"", "mm_projector_type")]
    [InlineData("config.json", "text_config.hidden_size", "\"wide\"", "hidden_size")]
    [InlineData("config.json", "text_config.hidden_size", "128", "embed_tokens")]
    [InlineData("config.json", "text_config.num_hidden_layers", "4", "layers.3")]
    [InlineData("config.json", "text_config.num_hidden_layers", "2", "in the checkpoint but not in the model")]
    [InlineData("config.json", "text_config.num_attention_heads", "3", "heads")]
    [InlineData("config.json", "text_config.vocab_size", "999999999", "vocab_size")]
    [InlineData("config.json", "text_config.hidden_act", "\"relu\"", "relu")]
    [InlineData("generation_config.json", "eos_token_id", "128300", "eos_token_id")]
    [InlineData("preprocessor_config.json", "image_std", null, "image_std")]
    [InlineData("preprocessor_config.json", "base_img_size", "100", "base_img_size")]
    [InlineData("tokenizer_config.json", "chat_template", null, "chat template")]
    [InlineData("tokenizer_config.json", "chat_template", "\"{% if %}\"", "chat template")]
    public void A_wrong_setting_is_refused_with_its_name(string file, string path, string? value, string cause)
    {
        using TemporaryFolder folder = Copy();
        JsonObject root = JsonNode.Parse(File.ReadAllText(folder[file]))!.AsObject();
        string[] parts = path.Split('.');
        JsonObject owner = parts.Length == 1 ? root : root[parts[0]]!.AsObject();
        owner.Remove(parts[^1]);
        if (value is not null) owner[parts[^1]] = JsonNode.Parse(value);
        File.WriteAllText(folder[file], root.ToJsonString());

        Refused(folder, cause);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData("model.safetensors")]
    public void A_missing_or_cut_file_is_refused_with_its_name(string file)
    {
        using TemporaryFolder folder = Copy();
        byte[] content = File.ReadAllBytes(folder[file]);
        File.Delete(folder[file]);
        Refused(folder, file);

        File.WriteAllBytes(folder[file], content[..(content.Length / 2)]);
        Refused(folder, file);
    }

    [Fact]
    public void Renamed_missing_and_misshaped_tensors_are_all_listed()
    {
        using TemporaryFolder folder = Copy();
        Dictionary<string, torch.Tensor> tensors;
        using (SafetensorsFile file = SafetensorsFile.Open(folder["model.safetensors"])) tensors = file.LoadAll();
        const string Block = "vision_tower.clip_vision_model.trunk.stages.0.blocks.0.";
        tensors.Remove(Block + "gamma", out torch.Tensor? gamma);
        tensors[Block + "weight"] = gamma!;
        tensors.Remove("language_model.model.norm.weight", out torch.Tensor? norm);
        torch.Tensor row = tensors["multi_modal_projector.row_seperator"];
        tensors["multi_modal_projector.row_seperator"] = row.reshape(-1);
        SafetensorsWriter.Write(folder["other.safetensors"], tensors);
        File.Move(folder["other.safetensors"], folder["model.safetensors"], overwrite: true);
        foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();
        norm!.Dispose();
        row.Dispose();

        var problem = Assert.Throws<InvalidDataException>(() => MagmaCheckpoint.Load(folder.Path));

        Assert.Contains("was it renamed?", problem.Message, StringComparison.Ordinal);
        Assert.Contains("language_model.model.norm.weight", problem.Message, StringComparison.Ordinal);
        Assert.Contains("row_seperator: expected [1, 1, 64]", problem.Message, StringComparison.Ordinal);
    }

    private static void Refused(TemporaryFolder folder, string cause)
    {
        var problem = Assert.Throws<InvalidDataException>(() => MagmaCheckpoint.Load(folder.Path));
        Assert.Contains(cause, problem.Message, StringComparison.Ordinal);
    }

    private TemporaryFolder Copy()
    {
        var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(tiny.Folder)) File.Copy(file, folder[Path.GetFileName(file)]);
        return folder;
    }
}
