namespace Magma.Browser.Tests;

[Collection(BrowserCollection.Name)]
public sealed class TextLineTests(BrowserFixture browser)
{
    [Fact]
    public async Task Lines_are_read_as_they_are_laid_out()
    {
        IReadOnlyList<TextLine> lines = await Read(
            "<div style='width:120px;font:20px \"Liberation Sans\"'>one two three four</div><p>a <b>bold</b>, <a href=#>linked</a> word</p>");
        Assert.Equal(["one two", "three four", "a bold, linked word"], lines.Select(l => l.Text));
        Assert.Equal(20, lines[0].FontSize);
        Assert.All(lines, line => Assert.False(line.Box.IsEmpty));
    }

    [Fact]
    public async Task Transformed_text_is_reported_as_it_looks()
    {
        IReadOnlyList<TextLine> lines = await Read("<p style='text-transform:uppercase'>shout</p><p style='text-transform:capitalize'>new order's page</p>");
        Assert.Equal(["SHOUT", "New Order's Page"], lines.Select(l => l.Text));
    }

    [Fact]
    public async Task Values_placeholders_and_button_labels_count()
    {
        IReadOnlyList<TextLine> lines = await Read(
            "<p><input value='typed'></p><p><input placeholder='hint'></p><p><input type=submit value='Send'></p>"
            + "<p><select><option>first<option selected>second</select></p><p><button>Press</button></p>");
        Assert.Equal(["typed", "hint", "Send", "second", "Press"], lines.Select(l => l.Text));
    }

    [Theory]
    [InlineData("<p style='display:none'>x</p>")]
    [InlineData("<p style='visibility:hidden'>x</p>")]
    [InlineData("<p style='opacity:0'>x</p>")]
    [InlineData("<p style='color:transparent'>x</p>")]
    [InlineData("<p style='position:absolute;top:2000px'>x</p>")]
    [InlineData("<div style='height:10px;overflow:hidden'><p style='margin-top:40px'>x</p></div>")]
    [InlineData("<p>x</p><div style='position:fixed;inset:0;background:white'></div>")]
    [InlineData("<script>var x</script><style>p{}</style>")]
    public async Task Text_that_cannot_be_seen_is_left_out(string body)
    {
        Assert.Empty(await Read(body));
    }

    [Fact]
    public async Task Text_in_an_open_shadow_root_is_seen()
    {
        IReadOnlyList<TextLine> lines = await Read(
            "<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML = '<p>inside</p>'</script>");
        Assert.Equal("inside", Assert.Single(lines).Text);
    }

    private async Task<IReadOnlyList<TextLine>> Read(string body)
    {
        await using BrowserPage page = await browser.Host.OpenPageAsync(BrowserHostTests.Html(body));
        return await page.GetTextLinesAsync();
    }
}
