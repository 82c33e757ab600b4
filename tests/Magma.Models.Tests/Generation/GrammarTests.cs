using Magma.Data;
using Magma.Models.Generation;
using Magma.Models.Tokenization;
using Magma.Testing;

namespace Magma.Models.Tests.Generation;

/// <summary>A model whose logits are random: every answer must be legal all the same.</summary>
public sealed class GrammarTests
{
    private const int Steps = 100_000;
    private const int EndId = 128009;

    private static readonly Lazy<Tokenizer> Llama = new(() =>
        Tokenizer.Load(Path.Combine(Repository.Root, "node_modules", "@lenml", "tokenizer-llama3", "models")));

    [Fact]
    public void No_answer_of_100000_random_steps_is_illegal_for_robot_actions()
    {
        var codec = new ActionCodec();
        Run(new ActionGrammar(codec), 1, Steps, ids => Assert.Equal(ActionCodec.Dimensions, codec.Decode(ids).Length));
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(0)]
    [InlineData(1.5)]
    public void No_answer_of_100000_random_steps_is_illegal_for_ui_actions(double temperature) => RunUiActions(temperature, Steps);

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    public void No_answer_of_a_random_model_is_illegal_for_ui_actions(double temperature) => RunUiActions(temperature, Steps / 50);

    private static void RunUiActions(double temperature, int steps)
    {
        int[] marks = [0, 3, 12, 120];
        ITokenGrammar grammar = UiActionGrammar.For(new SortedTokens(Llama.Value), marks);
        Run(grammar, temperature, steps, ids =>
        {
            Assert.InRange(ids.Length, 1, UiActionGrammar.MaxTokens + 20);
            UiAction.Parse(Llama.Value.Decode(ids), marks);
        });
    }

    [Fact]
    public void A_grammar_that_is_cut_short_ends_on_the_shortest_way()
    {
        var grammar = new TextGrammar(
            BytePattern.Sequence(BytePattern.Text("\""), BytePattern.Repeat(BytePattern.JsonCharacter, 0, BytePattern.Unbounded), BytePattern.Text("\"")),
            new SortedTokens(Llama.Value), maxTokens: 5);
        IGrammarState state = grammar.Start;
        int count = 0;
        for (; !state.Allowed.IsEmpty; count++) state = state.After(state.Allowed[count * 7919 % state.Allowed.Length]);

        Assert.True(state.IsComplete);
        Assert.InRange(count, 1, 9);
    }

    // Logits come from a table at a random place: random enough, and cheap for 128,320 of them.
    private static void Run(ITokenGrammar grammar, double temperature, int wanted, Action<int[]> check)
    {
        const int Vocabulary = 128320;
        var random = new Random(5);
        float[] table = [.. Enumerable.Range(0, Vocabulary + 65536).Select(_ => (random.NextSingle() * 20) - 10)];
        var logits = new float[Vocabulary];
        int steps = 0, answers = 0;
        for (ulong seed = 0; steps < wanted; seed++, answers++)
        {
            var sampler = new Sampler(new GenerationOptions { Grammar = grammar, Temperature = temperature, Seed = seed }, [], 0, [EndId]);
            var ids = new List<int>();
            while (!sampler.IsFinished)
            {
                table.AsSpan(random.Next(65536), Vocabulary).CopyTo(logits);
                int id = sampler.Next(logits);
                steps++;
                if (id == EndId) break;
                ids.Add(id);
            }

            check([.. ids]);
        }

        Assert.True(answers > wanted / 1000);
    }
}
