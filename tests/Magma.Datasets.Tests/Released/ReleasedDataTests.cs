using System.Text.Json;
using Magma.Data;
using Magma.Datasets.Llava;
using Magma.Datasets.Released;
using Magma.Datasets.Samples;
using Magma.Testing;

namespace Magma.Datasets.Tests.Released;

public sealed class ReleasedDataTests
{
    private static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("som-datasets", "expected.json"))).RootElement;

    public static TheoryData<string> Kinds => [.. Expected.GetProperty("records").EnumerateObject().Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Json_and_parquet_hold_the_same_samples_with_the_expected_answers(string kind)
    {
        Sample[] json = [.. SampleSource.Open(Repository.Golden("som-datasets", kind, $"{kind}_som.json")).Read()];
        Sample[] parquet = [.. SampleSource.Open(Repository.Golden("som-datasets", kind, $"{kind}_som.parquet")).Read()];
        Assert.Equal(Expected.GetProperty("records").GetProperty(kind).GetInt32(), json.Length);
        Assert.Equal(
            Expected.GetProperty("answers").GetProperty(kind).EnumerateArray().Select(row => row.EnumerateArray().Select(a => a.GetString()!).ToArray()),
            json.Select(sample => sample.Conversation.Turns.Select(turn => turn.Answer).ToArray()));
        for (int i = 0; i < json.Length; i++) SampleAssert.Same(json[i], parquet[i]);
    }

    [Fact]
    public void Mind2Web_answers_parse_to_the_expected_actions()
    {
        LlavaItem[] items = [.. LlavaFile.Read(Repository.Golden("som-datasets", "mind2web", "mind2web_som.json"))];
        JsonElement expected = Expected.GetProperty("parsed").GetProperty("mind2web");
        for (int i = 0; i < items.Length; i++)
        {
            UiAction answer = UiAction.Parse(items[i].Conversation.Turns[0].Answer);
            Assert.Equal(expected[i].GetProperty("action").GetString(), UiAction.NameOf(answer.Kind));
            Assert.Equal(expected[i].GetProperty("mark").GetInt32(), answer.Mark);
            Assert.Equal(expected[i].GetProperty("value").GetString(), answer.Value);
        }
    }

    [Fact]
    public void Aitw_answers_parse_to_the_expected_actions_with_x_before_y()
    {
        LlavaItem[] items = [.. LlavaFile.Read(Repository.Golden("som-datasets", "aitw", "aitw_som.json"))];
        JsonElement expected = Expected.GetProperty("parsed").GetProperty("aitw");
        Assert.Equal(
            new AndroidAction.TapMark(expected[0].GetProperty("tap_mark").GetInt32()), AndroidAction.Parse(items[0].Conversation.Turns[0].Answer));
        JsonElement point = expected[1].GetProperty("tap_point_xy");
        var tap = Assert.IsType<AndroidAction.TapPoint>(AndroidAction.Parse(items[1].Conversation.Turns[0].Answer));
        Assert.Equal((point[0].GetDouble(), point[1].GetDouble()), (tap.Point.X, tap.Point.Y));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"TAP": {}}""")]
    [InlineData("""{"TAP": {"Coordinate": [1]}}""")]
    [InlineData("""{"SWIPE": "AWAY"}""")]
    [InlineData("""{"TYPE": "a", "TAP": {"MARK": 1}}""")]
    public void Anything_else_is_refused(string answer)
    {
        Assert.Throws<InvalidDataException>(() => AndroidAction.Parse(answer));
        Assert.Throws<InvalidDataException>(() => UiAction.Parse(answer));
    }

    [Fact]
    public void SeeClick_without_marks_has_the_original_pictures_and_no_mark_numbers()
    {
        LlavaItem[] items = [.. LlavaFile.Read(Repository.Golden("som-datasets", "seeclick", "seeclick_som.json")).Select(SeeClick.WithoutMarks)];
        JsonElement expected = Expected.GetProperty("without_som");
        Assert.Equal(
            expected.GetProperty("seeclick").EnumerateArray().Select(row => row.EnumerateArray().Select(a => a.GetString()!).ToArray()),
            items.Select(item => item.Conversation.Turns.Select(turn => turn.Answer).ToArray()));
        foreach (JsonProperty image in expected.GetProperty("image").EnumerateObject())
            Assert.Equal(image.Value.GetString(), SeeClick.OriginalImage(image.Name));
    }
}
