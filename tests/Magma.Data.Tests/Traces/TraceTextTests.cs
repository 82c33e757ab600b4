using Magma.Vision;

namespace Magma.Data.Tests.Traces;

public sealed class TraceTextTests
{
    private static readonly PixelSize Size = new(512, 384);

    [Fact]
    public void What_the_answer_says_is_read_back_within_one_grid_unit()
    {
        TraceSelected selected = Selected();
        TraceConversation conversation = Conversation(selected, "wave", new TraceText());
        Assert.Equal(TraceQuestions.TraceOfMark, conversation.Questions);
        TraceReply reply = Assert.IsType<TraceReply>(TraceReply.Parse(conversation.Turns[^1].Answer, Size));
        Assert.Equal([2, 3], reply.Marks.Select(mark => mark.Number));
        foreach ((int number, IReadOnlyList<PixelPoint> path) in reply.Marks)
        {
            TraceMark mark = selected.Marks.Single(mark => mark.Number == number);
            Assert.Equal(mark.Path.Length - 1, path.Count);
            Assert.All(path.Zip(mark.Path.Skip(1)), pair =>
                Assert.InRange(pair.First.DistanceTo(new PixelPoint(pair.Second.X, pair.Second.Y)), 0, 2.6));
        }
    }

    [Fact]
    public void Wrapped_traces_are_read_back_too()
    {
        TraceConversation conversation = Conversation(Selected(), "wave", new TraceText { WrapsTraces = true });
        Assert.Contains("<trace_start>", conversation.Turns[^1].Answer);
        Assert.NotNull(TraceReply.Parse(conversation.Turns[^1].Answer, Size));
    }

    [Fact]
    public void Without_a_caption_the_marks_are_asked_for_and_the_traces_are_kept_aside()
    {
        TraceConversation? conversation =
            TraceConversation.Of(Selected(), null, null, TraceSource.SomethingSomething, TraceSettings.Paper, new TraceText());
        Assert.NotNull(conversation);
        Assert.Equal(TraceQuestions.SetOfMark, conversation.Questions);
        Assert.Equal(2, conversation.Traces.Count);
        Turn turn = Assert.Single(conversation.Turns);
        Assert.StartsWith("<image>\n\nThe image is split into 256x256 grids, and labeled with numeric marks.\n", turn.Question);
        Assert.StartsWith("Mark 1 at [", turn.Answer);
    }

    [Fact]
    public void Nothing_to_ask_gives_nothing()
    {
        var nothing = new TraceSelected(TraceOutcome.TooFewMoving, Size, 0, 16, []);
        Assert.Null(TraceConversation.Of(nothing, null, null, TraceSource.Ego4D, TraceSettings.Paper, new TraceText()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing to move")]
    [InlineData("\"Mark 1\": \"[[1,2],[3")]
    [InlineData("\"Mark 1\": \"[]\"")]
    [InlineData("\"Mark 1\": \"[[1]]\"")]
    [InlineData("\"Mark 99999999999\": \"[[1,2]]\"")]
    [InlineData("\"Mark 1\": \"[[1,2]]\" and then \"Mark 2\": \"[[1,2]]\"")]
    public void A_reply_that_is_no_trace_is_nothing(string reply) => Assert.Null(TraceReply.Parse(reply, Size));

    [Fact]
    public void A_caption_of_one_part_is_refused_where_two_are_needed()
    {
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => TraceCaption.Of("a bowl", TraceSource.EpicKitchens));
        Assert.Contains("What the person should do next", problem.Message);
    }

    [Fact]
    public void Draws_of_one_key_do_not_depend_on_anything_else()
    {
        var first = new SeededTraceDraws(7, "a");
        int[] permutation = first.Permutation(50);
        Assert.Equal(permutation, new SeededTraceDraws(7, "a").Permutation(50));
        Assert.NotEqual(permutation, new SeededTraceDraws(7, "b").Permutation(50));
        Assert.NotEqual(permutation, new SeededTraceDraws(8, "a").Permutation(50));
        Assert.Equal(Enumerable.Range(0, 50), permutation.Order());
        Assert.All(first.Integers(3, 6, 1000), value => Assert.InRange(value, 3, 5));
        Assert.Equal(3, first.Integers(3, 6, 1000).Distinct().Count());
        Assert.InRange(first.Uniform(), 0, 1);
    }

    private static TraceConversation Conversation(TraceSelected selected, string todo, TraceText text)
    {
        TraceConversation? conversation =
            TraceConversation.Of(selected, new Turn("q", "a"), todo, TraceSource.SomethingSomething, TraceSettings.Paper, text);
        Assert.NotNull(conversation);
        return conversation;
    }

    private static TraceSelected Selected()
    {
        TracePoint[] Path(float x, float y, float dx, float dy) =>
            [.. Enumerable.Range(0, 16).Select(step => new TracePoint(x + step * dx, y + step * dy))];
        TraceMark[] marks =
        [
            new(3, true, 0, Path(100, 100, 9, 4)),
            new(2, true, 1, Path(300, 50, -7, 6)),
            new(1, false, 2, Path(20, 20, 0, 0)),
        ];
        return new TraceSelected(TraceOutcome.Traces, Size, 0, 16, marks);
    }
}
