using System.Text.RegularExpressions;
using Magma.Vision;

namespace Magma.Data.Tests.Marks;

public partial class ScreenSampleTests
{
    private static readonly PixelSize Screen = new(1000, 500);
    private static readonly SampleImage Picture = new(new byte[] { 1, 2, 3 }, "png");

    [Fact]
    public void Seed_and_key_alone_decide_what_is_asked()
    {
        ScreenElement[] elements = Elements("Save", "Open", "Close", "Help");

        Assert.Equal(SampleJson.Write(Sample(elements, "a", 1)!), SampleJson.Write(Sample(elements, "a", 1)!));
        Assert.NotEqual(
            Enumerable.Range(0, 20).Select(index => Sample(elements, $"k{index}", 1)!.Conversation.Turns[0]),
            Enumerable.Range(0, 20).Select(index => Sample(elements, $"k{index}", 2)!.Conversation.Turns[0]));
    }

    [Fact]
    public void All_four_tasks_are_drawn_about_as_often_as_the_paper_says()
    {
        ScreenElement[] elements = Elements("Save", "Open", "Close", "Help");

        Dictionary<string, int> tasks = Enumerable.Range(0, 2000)
            .GroupBy(index => Sample(elements, $"k{index}", 7)!.Metadata["tasks"]![0]!.GetValue<string>())
            .ToDictionary(group => group.Key, group => group.Count());

        Assert.InRange(tasks["text_to_point"], 720, 880);
        Assert.InRange(tasks["text_to_box"], 720, 880);
        Assert.InRange(tasks["point_to_text"], 140, 260);
        Assert.InRange(tasks["box_to_text"], 140, 260);
    }

    [Fact]
    public void Every_answer_names_the_mark_of_what_was_asked()
    {
        ScreenElement[] elements = Elements("Save", "Open", "Close", "Help");
        for (int index = 0; index < 200; index++)
        {
            foreach (Turn turn in Sample(elements, $"k{index}", 3)!.Conversation.Turns)
            {
                int mark = int.Parse(MarkNumber().Match(turn.Answer).Groups[1].Value);
                string text = elements[mark].Text!;
                string point = ScreenText.Point(elements[mark].Box.Normalize(Screen).Center);
                string box = ScreenText.Box(elements[mark].Box.Normalize(Screen));
                bool asksForPlace = turn.Question.EndsWith(text) && (turn.Answer.Contains(point) || turn.Answer.Contains(box));
                bool asksForText = turn.Answer.Contains($"Text: {text}.") && (turn.Question.EndsWith(point) || turn.Question.EndsWith(box));
                Assert.True(asksForPlace || asksForText, $"{turn}");
            }
        }
    }

    [Fact]
    public void A_text_that_stands_twice_or_holds_special_tokens_is_never_asked_about()
    {
        ScreenElement[] elements = Elements("Same", "same", "<image>", "<|eot_id|>", new string('x', 101), "a\nb", "Only me");
        for (int index = 0; index < 100; index++)
        {
            Sample sample = Sample(elements, $"k{index}", 3)!;

            Turn turn = Assert.Single(sample.Conversation.Turns);
            Assert.EndsWith("Mark: 6.", turn.Answer);
            Assert.Equal(1, sample.Conversation.CountImages());
        }
    }

    [Fact]
    public void Nothing_to_ask_is_no_sample()
    {
        Assert.Null(Sample([], "a", 1));
        Assert.Null(Sample(Elements("Same", "Same"), "a", 1));
        Assert.Null(Sample([new(new PixelBox(1, 1, 9, 9), null, ElementKind.Icon, true, ElementSource.Detector, 1)], "a", 1));
    }

    [Fact]
    public void Missing_input_fields_are_an_answer_only_where_the_source_would_know_them()
    {
        ScreenElement pixels = Elements("Save")[0];

        Assert.DoesNotContain(Sample([pixels], "a", 1)!.Conversation.Turns, turn => turn.Answer == ScreenText.NoInputs);
        Assert.Contains(
            Sample([pixels with { Source = ElementSource.Dom }], "a", 1)!.Conversation.Turns, turn => turn.Answer == ScreenText.NoInputs);
    }

    [Fact]
    public void All_input_fields_are_answered_together()
    {
        ScreenElement[] elements = [.. Elements("Name", "Mail").Select(element => element with { Kind = ElementKind.Input, Text = null })];

        Turn turn = Assert.Single(Sample(elements, "a", 1)!.Conversation.Turns);

        Assert.StartsWith("<image>\n", turn.Question);
        Assert.Equal(2, MarkNumber().Count(turn.Answer));
    }

    [Theory]
    [InlineData(0.125, "0.12")]
    [InlineData(0.375, "0.38")]
    [InlineData(0.625, "0.62")]
    [InlineData(0.005, "0.01")]
    [InlineData(0.015, "0.01")]
    [InlineData(1.0, "1.00")]
    [InlineData(-0.125, "-0.12")]
    public void Two_decimals_are_rounded_as_Python_rounds_them(double value, string text) => Assert.Equal(text, TwoDecimals.Format(value));

    private static ScreenElement[] Elements(params string[] texts) => [.. texts.Select((text, index) => new ScreenElement(
        PixelBox.FromXywh(20 + (130 * index), 40 + (55 * index), 90, 24), text, ElementKind.Button, true, ElementSource.Ocr, 0.9))];

    private static Sample? Sample(ScreenElement[] elements, string key, long seed) => SetOfMark.ToSample(
        key, Picture, Screen, elements, SetOfMark.Place([.. elements.Select(element => element.Box)], Screen), seed);

    [GeneratedRegex(@"Mark: (\d+)")]
    private static partial Regex MarkNumber();
}
