using System.Text;
using Magma.Datasets.Llava;
using Magma.Testing;

namespace Magma.Datasets.Tests.Llava;

public sealed class LlavaFileTests
{
    private const string Good = """{"id": 7, "image": ["a.png", "b.png"], "conversations": [{"from": "human", "value": "What is <image> and <image>?"}, {"from": "gpt", "value": "é 漢"}], "extra": [1.50, null]}""";

    [Theory]
    [InlineData("[{0}, {0}]")]
    [InlineData(" [ {0} ,\n {0}\n]\n\n")]
    [InlineData("\uFEFF[{0},{0}]")]
    [InlineData("{0}\n{0}\n")]
    [InlineData("{0}\r\n\r\n{0}")]
    public void An_array_and_lines_read_the_same(string layout)
    {
        using var folder = new TemporaryFolder();
        LlavaItem[] items = [.. LlavaFile.Read(FileOf(folder, layout.Replace("{0}", Good, StringComparison.Ordinal)))];
        Assert.Equal(2, items.Length);
        Assert.Equal("7", items[1].Id);
        Assert.Equal(["a.png", "b.png"], items[1].Images);
        Assert.Equal("<image>\n<image>\nWhat is  and ?", items[1].Conversation.Turns[0].Question);
        Assert.Equal("é 漢", items[1].Conversation.Turns[0].Answer);
        Assert.Equal("""{"extra":[1.50,null]}""", items[1].Others.ToJsonString());
    }

    [Theory]
    [InlineData("[{0}, {0}", "cut off", 1 + 2 * GoodLength + 2)]
    [InlineData("[{0} {0}]", "a comma", GoodLength + 2)]
    [InlineData("[{0}, 5]", "an object was expected", GoodLength + 3)]
    [InlineData("[{0}] x", "follows the end", GoodLength + 3)]
    [InlineData("[{0}, {\"id\": 1", "in the object", GoodLength + 3)]
    [InlineData("[{0}, {\"id\": @}]", "in the object", GoodLength + 3)]
    public void Damage_is_refused_with_its_place(string layout, string reason, int at)
    {
        using var folder = new TemporaryFolder();
        string path = FileOf(folder, layout.Replace("{0}", Good, StringComparison.Ordinal));
        int read = 0;
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (LlavaItem item in LlavaFile.Read(path)) read++;
        });
        Assert.InRange(read, 1, 2);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.Contains($"byte {at}", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id": 1}""", "no 'conversations'")]
    [InlineData("""{"id": 1, "conversations": []}""", "0 parts")]
    [InlineData("""{"id": 1, "conversations": [{"from": "gpt", "value": "a"}, {"from": "human", "value": "b"}]}""", "no question followed by its answer")]
    [InlineData("""{"id": 1, "conversations": [{"from": "human", "value": 3}]}""", "no texts 'from' and 'value'")]
    [InlineData("""{"id": {}, "conversations": []}""", "'id'")]
    [InlineData("""{"id": 1, "image": 5, "conversations": []}""", "'image'")]
    public void A_bad_entry_is_reported_and_the_others_are_kept(string bad, string reason)
    {
        using var folder = new TemporaryFolder();
        string path = FileOf(folder, $"[{Good}, {bad}, {Good}]");
        var problems = new List<string>();
        Assert.Equal(2, LlavaFile.Read(path, problems.Add).Count());
        string problem = Assert.Single(problems);
        Assert.Contains("entry 1: ", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => LlavaFile.Read(path).Count());
    }

    [Fact]
    public void Entries_larger_than_the_buffer_are_read()
    {
        using var folder = new TemporaryFolder();
        string large = $$"""{"id": "x", "note": "{{new string('n', 300_000)}}", "conversations": [{"from": "user", "value": "q"}, {"from": "assistant", "value": "a"}]}""";
        Assert.Equal(5, LlavaFile.Read(FileOf(folder, $"[{string.Join(",", Enumerable.Repeat(large, 5))}]")).Count());
    }

    [Fact]
    public void A_picture_path_that_leads_out_of_its_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["secret.png"], "x");
        Directory.CreateDirectory(folder["in"]);
        foreach (string path in new[] { "../secret.png", folder["secret.png"], "a/../../secret.png" })
        {
            string json = FileOf(folder, $$"""[{"image": "{{path}}", "conversations": [{"from": "user", "value": "q"}, {"from": "gpt", "value": "a"}]}]""");
            InvalidDataException problem = Assert.Throws<InvalidDataException>(() => new LlavaSource(json, folder["in"]).Read().Count());
            Assert.Contains("outside", problem.Message, StringComparison.Ordinal);
        }
    }

    private const int GoodLength = 176;

    [Fact]
    public void The_length_used_above_is_right() => Assert.Equal(GoodLength, Encoding.UTF8.GetByteCount(Good));

    private static string FileOf(TemporaryFolder folder, string text)
    {
        File.WriteAllText(folder["data.json"], text);
        return folder["data.json"];
    }
}
