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
    [InlineData("config.json", "text_config.rope_scaling", "[1]", "rope_scaling must be an object")]
    [InlineData("config.json", "vision_config", "\"x\"", "vision_config must be an object")]
    [InlineData("generation_config.json", "eos_token_id", "128300", "eos_token_id")]
    [InlineData("preprocessor_config.json", "image_std", null, "image_std")]
    [InlineData("preprocessor_config.json", "base_img_size", "100", "base_img_size")]
    [InlineData("preprocessor_config.json", "image_std", "\"x\"", "image_std")]
    [InlineData("preprocessor_config.json", "num_crops", "1e40", "num_crops")]
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
    public void A_cut_file_that_may_be_missing_is_refused_with_its_name()
    {
        foreach (string file in new[] { "tokenizer_config.json", "generation_config.json" })
        {
            using TemporaryFolder folder = Copy();
            File.WriteAllText(folder[file], File.ReadAllText(folder[file])[..20]);
            Refused(folder, $"{file} is not JSON");
        }
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("dataset_statistics.json")]
    [InlineData("model.safetensors")]
    public void A_pipe_or_a_device_in_place_of_a_file_is_refused_with_its_name_and_not_waited_for(string file)
    {
        using TemporaryFolder folder = Copy();
        File.Delete(folder[file]);
        folder.Pipe(file);
        Refused(folder, $"{file} is empty, or a pipe or device");

        File.Delete(folder[file]);
        File.CreateSymbolicLink(folder[file], "/dev/zero");
        Refused(folder, $"{file} is empty, or a pipe or device");
    }

    [Theory]
    [InlineData("config.json", "config.json is a folder")]
    [InlineData("tokenizer.json", "tokenizer.json is a folder")]
    [InlineData("model.safetensors", "holds no weights: expected one of")]
    public void A_folder_in_place_of_a_file_is_refused_with_its_name(string file, string cause)
    {
        using TemporaryFolder folder = Copy();
        File.Delete(folder[file]);
        Directory.CreateDirectory(folder[file]);

        Refused(folder, cause);
    }

    [Fact]
    public void Files_may_be_links_as_they_are_in_a_cache_of_downloads()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(tiny.Folder)) File.CreateSymbolicLink(folder[Path.GetFileName(file)], file);

        MagmaCheckpoint.Load(folder.Path).Dispose();
    }

    [Fact]
    public void Renamed_missing_and_misshaped_tensors_are_all_listed()
    {
        using TemporaryFolder folder = Copy();
        const string Block = "vision_tower.clip_vision_model.trunk.stages.0.blocks.0.";
        Rewrite(folder, tensors =>
        {
            tensors.Remove(Block + "gamma", out torch.Tensor? gamma);
            tensors[Block + "weight"] = gamma!;
            tensors.Remove("language_model.model.norm.weight", out torch.Tensor? norm);
            norm!.Dispose();
            Replace(tensors, "multi_modal_projector.row_seperator", row => row.reshape(-1));
        });

        var problem = Assert.Throws<InvalidDataException>(() => MagmaCheckpoint.Load(folder.Path));

        Assert.Contains("was it renamed?", problem.Message, StringComparison.Ordinal);
        Assert.Contains("language_model.model.norm.weight", problem.Message, StringComparison.Ordinal);
        Assert.Contains("row_seperator: expected [1, 1, 64]", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"bridge": {"action": {"mean": [0], "std": [1], "min": [0], "max": [1], "q01": [0]}}}""", "q99")]
    [InlineData("""{"bridge": {"action": {"mean": [0], "std": [1], "min": [0], "max": [1], "q01": [0, 1], "q99": [1]}}}""", "same length")]
    [InlineData("""{"bridge": {"proprio": {}}}""", "dataset_statistics.json")]
    [InlineData("[", "dataset_statistics.json")]
    public void Statistics_that_lack_something_are_refused(string content, string cause)
    {
        using TemporaryFolder folder = Copy();
        File.WriteAllText(folder["dataset_statistics.json"], content);

        Refused(folder, cause);
    }

    [Fact]
    public void A_weight_of_another_floating_type_is_brought_to_that_of_the_others()
    {
        using TemporaryFolder folder = Copy();
        Rewrite(folder, tensors => Replace(tensors, "language_model.lm_head.weight", old => old.to(torch.ScalarType.Float16)));
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(folder.Path);

        Assert.Single(checkpoint.Model.named_parameters().Select(entry => entry.parameter.dtype).Distinct());
    }

    [Fact]
    public void A_tensor_of_a_type_that_is_no_weight_is_refused_with_its_name()
    {
        using TemporaryFolder folder = Copy();
        Rewrite(folder, tensors => Replace(tensors, "language_model.model.norm.weight", old => old.to(torch.ScalarType.Int64)));

        Refused(folder, "language_model.model.norm.weight");
    }

    [Fact]
    public void An_index_that_names_a_missing_shard_is_refused_with_its_name()
    {
        using TemporaryFolder folder = Copy();
        using (MagmaCheckpoint whole = MagmaCheckpoint.Load(tiny.Folder)) whole.Save(folder["parts"], shardBytes: 20_000_000);
        string shard = Path.GetFileName(Directory.GetFiles(folder["parts"], "model-00002-of-*.safetensors").Single());
        File.Delete(folder["parts", shard]);

        var problem = Assert.Throws<InvalidDataException>(() => MagmaCheckpoint.Load(folder["parts"]));
        Assert.Contains(shard, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        using TemporaryFolder folder = Copy();
        string config = File.ReadAllText(folder["config.json"]);
        File.WriteAllText(folder["config.json"], config.Replace("128257", "5", StringComparison.Ordinal));
        File.Delete(folder["preprocessor_config.json"]);
        File.WriteAllText(folder["dataset_statistics.json"], "[");
        Rewrite(folder, tensors =>
        {
            tensors.Remove("language_model.model.norm.weight", out torch.Tensor? norm);
            norm!.Dispose();
        });

        var problem = Assert.Throws<InvalidDataException>(() => MagmaCheckpoint.Load(folder.Path));
        Assert.All(
            ["image_token_index", "preprocessor_config.json", "dataset_statistics.json", "language_model.model.norm.weight"],
            cause => Assert.Contains(cause, problem.Message, StringComparison.Ordinal));
    }

    private static void Rewrite(TemporaryFolder folder, Action<Dictionary<string, torch.Tensor>> change)
    {
        Dictionary<string, torch.Tensor> tensors;
        using (SafetensorsFile file = SafetensorsFile.Open(folder["model.safetensors"])) tensors = file.LoadAll();
        change(tensors);
        SafetensorsWriter.Write(folder["other.safetensors"], tensors);
        File.Move(folder["other.safetensors"], folder["model.safetensors"], overwrite: true);
        foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();
    }

    private static void Replace(Dictionary<string, torch.Tensor> tensors, string name, Func<torch.Tensor, torch.Tensor> change)
    {
        using torch.Tensor old = tensors[name];
        tensors[name] = change(old);
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
