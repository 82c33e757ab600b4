using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Networks;
using Magma.Models.Processing;
using Magma.Models.Tests.Checkpoints;
using Magma.Testing;
using Magma.Vision;
using static TorchSharp.torch;
using Generator = Magma.Models.Generation.Generator;

namespace Magma.Models.Tests.Generation;

public sealed class GeneratorTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private static readonly GenerationOptions Short = new() { MaxNewTokens = 12, WithLogProbabilities = true };

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void A_batch_answers_as_single_prompts_do(string device)
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder, device: new Device(device));
        using Image one = Picture(90, 60), wide = Picture(300, 64);
        PromptInput[] prompts =
        [
            checkpoint.Processor.Encode("What is this?", [one]),
            checkpoint.Processor.Encode("Say something longer than the other.", []),
            checkpoint.Processor.Encode("Which of these is wider, and why?", [one, wide]),
        ];
        using var generator = new Generator(checkpoint);

        IReadOnlyList<GeneratedText> together = generator.GenerateBatch(prompts, Short);

        for (int row = 0; row < prompts.Length; row++)
        {
            GeneratedText alone = generator.Generate(prompts[row], Short);
            Assert.Equal(alone.Ids, together[row].Ids);
            Assert.All(alone.LogProbabilities.Zip(together[row].LogProbabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Fact]
    public void Log_probabilities_are_those_of_reading_prompt_and_answer_at_once()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        using Image picture = Picture(90, 60);
        PromptInput prompt = checkpoint.Processor.Encode("What is this?", [picture]);
        using var generator = new Generator(checkpoint);
        GeneratedText answer = generator.Generate(prompt, Short with { Temperature = 1, RepetitionPenalty = 1.5, Seed = 3 });

        using var scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        MagmaInput input = MagmaProcessor.Collate([prompt with { Ids = [.. prompt.Ids, .. answer.Ids] }], padId: 0);
        using MagmaOutput output = checkpoint.Model.Run(input);
        Tensor logits = checkpoint.Model.Text.Logits(output.Decoder.Hidden.narrow(1, prompt.Length - 1, answer.Ids.Length)).squeeze(0);
        float[] expected = [.. logits.log_softmax(-1).gather(1, tensor([.. answer.Ids.Select(id => (long)id)]).unsqueeze(1)).data<float>()];

        Assert.Equal(answer.Ids.Length, answer.LogProbabilities.Length);
        Assert.All(expected.Zip(answer.LogProbabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void A_prompt_without_room_for_an_answer_is_refused_alone_and_in_a_batch()
    {
        using TemporaryFolder folder = WithPositions(60);
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(folder["model"]);
        using Image picture = Picture(64, 64);
        PromptInput fits = checkpoint.Processor.Encode("Hello", []), tooLong = checkpoint.Processor.Encode("Hello", [.. Enumerable.Repeat(picture, 8)]);
        using var generator = new Generator(checkpoint);

        Assert.Contains("the model takes fewer than 60", Assert.Throws<InvalidDataException>(() => generator.Generate(tooLong)).Message, StringComparison.Ordinal);
        Assert.Contains("Prompt 2 of the batch", Assert.Throws<InvalidDataException>(() => generator.GenerateBatch([fits, tooLong])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => generator.GenerateBatch([]));
    }

    [Fact]
    public void An_answer_ends_where_the_positions_end_and_a_batch_ends_as_its_rows_do()
    {
        using TemporaryFolder folder = WithPositions(60);
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(folder["model"]);
        PromptInput[] prompts = [checkpoint.Processor.Encode("Hello", []), checkpoint.Processor.Encode("Hello to you and to all the others", [])];
        GenerationOptions many = Short with { MaxNewTokens = 500 };
        using var generator = new Generator(checkpoint);

        GeneratedText[] alone = [.. prompts.Select(prompt => generator.Generate(prompt, many))];

        Assert.All(alone.Zip(prompts), pair => Assert.Equal((60, StopReason.Length), (pair.Second.Length + pair.First.Ids.Length, pair.First.Reason)));
        Assert.Equal(alone.Select(answer => answer.Ids), generator.GenerateBatch(prompts, many).Select(answer => answer.Ids));
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
    public void A_conversation_changed_in_its_middle_is_read_from_there()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        using Image one = Picture(64, 64), wide = Picture(300, 64), tall = Picture(64, 200);
        PromptInput first = checkpoint.Processor.Encode("Which of these is wider?", [one, wide, one]);
        PromptInput[] changed =
        [
            checkpoint.Processor.Encode("Which of these is wider?", [one, tall, one]), checkpoint.Processor.Encode("Which of these is wider?", [one, one]),
            checkpoint.Processor.Encode("Which of these is taller?", [one, one]), first,
        ];
        using var generator = new Generator(checkpoint);
        generator.Generate(first, Short);
        foreach (PromptInput prompt in changed)
        {
            using var fresh = new Generator(checkpoint);
            Assert.Equal(fresh.Generate(prompt, Short).Ids, generator.Generate(prompt, Short).Ids);
            Assert.InRange(generator.ReusedTokens, first.Images[0].TokenCount, prompt.Length - 1);
        }
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
    public async Task A_stop_string_ends_an_answer_and_no_piece_of_it_is_streamed()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode("Hello", []);
        using var generator = new Generator(checkpoint);
        string whole = generator.Generate(prompt, Short).Text, stop = whole[(whole.Length / 2)..(whole.Length / 2 + 3)];
        GenerationOptions options = Short with { StopStrings = ["never said", stop] };

        GeneratedText answer = generator.Generate(prompt, options);
        var pieces = new List<GeneratedToken>();
        await foreach (GeneratedToken token in generator.StreamAsync(prompt, options)) pieces.Add(token);

        Assert.Equal((StopReason.StopString, whole[..whole.IndexOf(stop, StringComparison.Ordinal)]), (answer.Reason, answer.Text));
        Assert.Equal(answer.Text, string.Concat(pieces.Select(piece => piece.Text)));
    }

    [Fact]
    public void One_candidate_is_the_likeliest_however_it_is_drawn()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode("Hello", []);
        using var generator = new Generator(checkpoint);
        int[] greedy = generator.Generate(prompt, Short).Ids;

        Assert.Equal(greedy, generator.Generate(prompt, Short with { Temperature = 3, TopK = 1, Seed = 9 }).Ids);
        Assert.Equal(greedy, generator.Generate(prompt, Short with { Temperature = 1, TopP = 1e-9, Seed = 9 }).Ids);
        Assert.Equal(greedy, generator.Generate(prompt, Short with { Temperature = 1e-300, Seed = 9 }).Ids);
        Assert.NotEqual(greedy, generator.Generate(prompt, Short with { Temperature = 3, TopK = 50, Seed = 9 }).Ids);
    }

    [Fact]
    public void A_great_penalty_lets_nothing_come_up_again()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        PromptInput prompt = checkpoint.Processor.Encode("Hello", []);
        using var generator = new Generator(checkpoint);

        int[] ids = generator.Generate(prompt, Short with { RepetitionPenalty = 1e6, MaxNewTokens = 30 }).Ids;

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Empty(ids.Intersect(prompt.Ids));
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
        using var folder = new TemporaryFolder();
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);

        checkpoint.Save(folder["copy"], shardBytes: 20_000_000);

        Assert.True(File.Exists(folder["copy", "model.safetensors.index.json"]));
        using MagmaCheckpoint again = MagmaCheckpoint.Load(folder["copy"]);
        Dictionary<string, TorchSharp.Modules.Parameter> copies = again.Model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in checkpoint.Model.named_parameters())
        {
            using Tensor left = parameter.detach(), right = copies[name].detach();
            Assert.True(left.bytes.SequenceEqual(right.bytes), name);
        }

        Assert.True(Logits(checkpoint).AsSpan().SequenceEqual(Logits(again)));
    }

    // Of a prompt with pictures, at every place: tower, projector, decoder and head take part.
    private static byte[] Logits(MagmaCheckpoint checkpoint)
    {
        using Image one = Picture(90, 60), wide = Picture(300, 64);
        PromptInput prompt = checkpoint.Processor.Encode("What are these?", [one, wide]);
        using var scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        using MagmaOutput output = checkpoint.Model.Run(MagmaProcessor.Collate([prompt], padId: 0));
        return checkpoint.Model.Text.Logits(output.Decoder.Hidden).bytes.ToArray();
    }

    private TemporaryFolder WithPositions(int positions)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["model"]);
        foreach (string file in Directory.GetFiles(tiny.Folder)) File.Copy(file, folder["model", Path.GetFileName(file)]);
        string config = File.ReadAllText(folder["model", "config.json"]);
        File.WriteAllText(folder["model", "config.json"], config.Replace("\"max_position_embeddings\": 8192", $"\"max_position_embeddings\": {positions}", StringComparison.Ordinal));
        return folder;
    }

    private static Image Picture(int width, int height)
    {
        var picture = new Image(new PixelSize(width, height));
        Span<byte> pixels = picture.Pixels;
        for (int index = 0; index < pixels.Length; index++) pixels[index] = (byte)(index * 37);
        return picture;
    }
}
