using System.Text.RegularExpressions;
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

    [Fact]
    public void Every_part_that_is_opened_is_closed()
    {
        foreach (int page in Enumerable.Range(0, 120))
        {
            string html = PageGenerator.Make(11, page);
            string body = html[html.IndexOf("<body>", StringComparison.Ordinal)..];
            string[] tags = ["a", "b", "button", "div", "span", "label", "nav", "table", "form", "svg", "h1", "h2", "code", "select"];
            Assert.All(tags, tag => Assert.Equal(Regex.Count(body, $"<{tag}[ >]"), Regex.Count(body, $"</{tag}>")));
        }
    }

    [Fact]
    public void What_can_be_used_on_some_pages_is_there_to_be_read_on_others()
    {
        string all = string.Concat(Enumerable.Range(0, 200).Select(page => PageGenerator.Make(11, page)));
        string[] parts =
        [
            "class=\"sort\"", "<th>", "class=\"crumbs", "class=\"group\"", "class=\"add\"", "class=\"cc\"", "class=\"state\"", "class=\"file\"", "class=\"slide\"", "<a href=\"#\" class=\"avatar\"",
            "<span class=\"avatar\"", "class=\"circle\"", "class=\"split\"", "class=\"entry\"", "class=\"band\"", "class=\"fab circle\"", "<td class=\"off\"", "class=\"promo\"", "class=\"turn\"", "Forgot",
        ];
        Assert.All(parts, part => Assert.Contains(part, all));
    }

    [Fact]
    public void Languages_written_from_the_right_turn_the_page_and_no_other_does()
    {
        string[] pages = [.. Enumerable.Range(0, 200).Select(page => PageGenerator.Make(11, page))];
        Assert.All(pages, page => Assert.Equal(page.Contains("dir=\"rtl\"", StringComparison.Ordinal), Regex.IsMatch(page, "<title>[\u0590-\u06ff]")));
        Assert.InRange(pages.Count(page => page.Contains("dir=\"rtl\"", StringComparison.Ordinal)), 10, 50);
    }
}
