using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Processing;
using Magma.Models.Tests.Checkpoints;
using Magma.Vision;

namespace Magma.Models.Tests.Generation;

public sealed class GeneratorTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private static readonly GenerationOptions Short = new() { MaxNewTokens = 12, WithLogProbabilities = true };

    [Fact]
    public void A_batch_answers_as_single_prompts_do()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        using Image picture = Picture(90, 60);
        PromptInput[] prompts = [checkpoint.Processor.Encode("What is this?", [picture]), checkpoint.Processor.Encode("Say something longer than the other.", [])];
        using var generator = new Generator(checkpoint);

        IReadOnlyList<GeneratedText> together = generator.GenerateBatch(prompts, Short);

        for (int row = 0; row < prompts.Length; row++) Assert.Equal(generator.Generate(prompts[row], Short).Ids, together[row].Ids);
    }

    [Fact]
    public async Task Streaming_gives_the_same_text_and_tokens()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode("Hello", []);
        using var generator = new Generator(checkpoint);
        GeneratedText whole = generator.Generate(prompt, Short);

        // A generator of its own: one that has the prompt in its cache reads less of it again, and rounds differently.
        using var other = new Generator(checkpoint);
        var pieces = new List<GeneratedToken>();
        await foreach (GeneratedToken token in other.StreamAsync(prompt, Short)) pieces.Add(token);

        Assert.Equal(whole.Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(whole.Ids, pieces.Select(piece => piece.Id));
        Assert.Equal(whole.LogProbabilities, pieces.Select(piece => piece.LogProbability));
    }

    [Fact]
    public void A_prompt_that_begins_like_the_last_one_is_read_from_where_they_part()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        using Image picture = Picture(64, 64);
        PromptInput first = checkpoint.Processor.Encode("What is this thing?", [picture]), second = checkpoint.Processor.Encode("What is this place?", [picture]);
        using var fresh = new Generator(checkpoint);
        int[] expected = fresh.Generate(second, Short).Ids;
        using var generator = new Generator(checkpoint);
        generator.Generate(first, Short);

        GeneratedText answer = generator.Generate(second, Short);

        Assert.True(generator.ReusedTokens > first.Images[0].TokenCount);
        Assert.Equal(expected, answer.Ids);
    }

    [Fact]
    public void The_same_seed_gives_the_same_answer_and_another_seed_another()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode("Hello", []);
        GenerationOptions options = Short with { Temperature = 1, TopP = 0.9, Seed = 5 };
        using var generator = new Generator(checkpoint);

        int[] one = generator.Generate(prompt, options).Ids;

        Assert.Equal(one, generator.Generate(prompt, options).Ids);
        Assert.NotEqual(one, generator.Generate(prompt, options with { Seed = 6 }).Ids);
    }

    [Fact]
    public void A_cancelled_generation_ends_and_the_next_one_is_right()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode("Hello", []);
        using var generator = new Generator(checkpoint);
        int[] expected = generator.Generate(prompt, Short).Ids;

        Assert.ThrowsAny<OperationCanceledException>(() => generator.Generate(checkpoint.Processor.Encode("Help", []), Short, new CancellationToken(canceled: true)));

        Assert.Equal(expected, generator.Generate(prompt, Short).Ids);
    }

    [Fact]
    public void An_answer_bound_to_actions_is_seven_action_tokens()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode(MagmaPrompt.RobotAction("wave"), []);
        var codec = new ActionCodec();
        using var generator = new Generator(checkpoint);
        for (ulong seed = 0; seed < 20; seed++)
        {
            GeneratedText answer = generator.Generate(prompt, new GenerationOptions { Grammar = new ActionGrammar(codec), Temperature = 2, Seed = seed });

            Assert.Equal(StopReason.Grammar, answer.Reason);
            Assert.Equal(ActionCodec.Dimensions, codec.Decode(answer.Ids).Length);
        }
    }

    [Fact]
    public void An_answer_bound_to_a_screen_is_an_action_on_a_mark_that_exists()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode("Buy a kettle", []);
        int[] marks = [0, 3, 12, 120];
        ITokenGrammar grammar = UiActionGrammar.For(new SortedTokens(checkpoint.Tokenizer), marks);
        using var generator = new Generator(checkpoint);
        for (ulong seed = 0; seed < 10; seed++)
        {
            GeneratedText answer = generator.Generate(prompt, new GenerationOptions { Grammar = grammar, Temperature = 1, Seed = seed, MaxNewTokens = 400 });

            Assert.Equal(StopReason.Grammar, answer.Reason);
            UiAction.Parse(answer.Text, marks);
        }
    }

    [Fact]
    public void A_saved_checkpoint_loads_back_bit_for_bit()
    {
        using var folder = new Magma.Testing.TemporaryFolder();
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);

        checkpoint.Save(folder["copy"], shardBytes: 20_000_000);

        Assert.True(File.Exists(folder["copy", "model.safetensors.index.json"]));
        using MagmaCheckpoint again = MagmaCheckpoint.Load(folder["copy"]);
        Dictionary<string, TorchSharp.Modules.Parameter> copies = again.Model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in checkpoint.Model.named_parameters())
        {
            using TorchSharp.torch.Tensor left = parameter.detach(), right = copies[name].detach();
            Assert.True(left.bytes.SequenceEqual(right.bytes), name);
        }
    }

    private static Image Picture(int width, int height)
    {
        var picture = new Image(new PixelSize(width, height));
        Span<byte> pixels = picture.Pixels;
        for (int index = 0; index < pixels.Length; index++) pixels[index] = (byte)(index * 37);
        return picture;
    }
}
