using System.Xml;
using Magma.Training.Pages;

namespace Magma.Training.Tests.Pages;

public sealed class PageGeneratorTests
{
    [Fact]
    public void A_page_depends_on_seed_and_number_alone()
    {
        Assert.Equal(PageGenerator.Make(5, 17), PageGenerator.Make(5, 17));
        Assert.NotEqual(PageGenerator.Make(5, 17), PageGenerator.Make(5, 18));
        Assert.NotEqual(PageGenerator.Make(5, 17), PageGenerator.Make(6, 17));
    }

    [Fact]
    public void Pages_load_nothing_and_hold_things_to_use()
    {
        string[] pages = [.. Enumerable.Range(0, 60).Select(page => PageGenerator.Make(1, page))];
        Assert.All(pages, page =>
        {
            Assert.DoesNotContain("src=\"http", page);
            Assert.DoesNotContain("<script", page);
            Assert.DoesNotContain("href=\"http", page);
        });
        string all = string.Concat(pages);
        string[] parts = ["<button", "<a href", "type=\"checkbox\"", "type=\"radio\"", "type=\"range\"", "<select", "<textarea", "class=\"sw\"", "role=\"tab\"", "<summary", "<table"];
        Assert.All(parts, part => Assert.Contains(part, all));
    }
}
