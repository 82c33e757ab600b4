using Magma.Testing;

namespace Magma.Cli.Tests.Models;

public sealed class DamagedCheckpointTests(SmallModel small) : IClassFixture<SmallModel>
{
    [Theory]
    [InlineData("config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", "layers.3")]
    [InlineData("config.json", "\"hidden_size\": 64", "\"hidden_size\": \"wide\"", "hidden_size")]
    [InlineData("preprocessor_config.json", "\"image_std\"", "\"image_dev\"", "image_std")]
    [InlineData("tokenizer_config.json", "\"chat_template\"", "\"chat\"", "chat template")]
    [InlineData("generation_config.json", "128009", "128300", "eos_token_id")]
    public void Every_command_refuses_it_with_its_cause_and_leaves_nothing(string file, string found, string changed, string cause)
    {
        using var folder = new TemporaryFolder();
        small.CopyTo(folder["model"]);
        string text = File.ReadAllText(folder["model", file]);
        Assert.Contains(found, text, StringComparison.Ordinal);
        File.WriteAllText(folder["model", file], text.Replace(found, changed, StringComparison.Ordinal));

        Refused(folder, cause);
    }

    [Fact]
    public void Every_command_refuses_a_pipe_in_place_of_the_weights()
    {
        using var folder = new TemporaryFolder();
        small.CopyTo(folder["model"]);
        File.Delete(folder["model", "model.safetensors"]);
        folder.Pipe(Path.Combine("model", "model.safetensors"));

        Refused(folder, "pipe or device");
    }

    private static void Refused(TemporaryFolder folder, string cause)
    {
        string[][] commands =
        [
            ["model", "info", folder["model"]],
            ["model", "quantize", folder["model"], "--out", folder["small"]],
            ["generate", "--model", folder["model"], "--prompt", "Hello", "--max-tokens", "2"],
        ];
        foreach (string[] command in commands)
        {
            (int code, string output, string errors) = MagmaProcess.RunApart(command);

            Assert.Equal((CommandLine.Failure, ""), (code, output));
            Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
            Assert.Contains(cause, errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        }

        Assert.Equal([folder["model"]], Directory.GetFileSystemEntries(folder.Path));
    }
}
