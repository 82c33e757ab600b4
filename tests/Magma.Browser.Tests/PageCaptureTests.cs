using Magma.Data;
using Magma.Vision;

namespace Magma.Browser.Tests;

[Collection(BrowserCollection.Name)]
public sealed class PageCaptureTests(BrowserFixture browser)
{
    [Fact]
    public async Task Elements_are_listed_with_what_the_document_says_about_them()
    {
        PageCapture page = await Capture("""
            <h1>Orders</h1>
            <a href="/x">Store</a> <button aria-label="Close">×</button>
            <label>Name <input value="Ada"></label>
            <input type=checkbox checked aria-label="Remember me">
            <select><option>One<option selected>Two</select>
            <div role=switch tabindex=0 style="width:40px;height:20px;background:#ccc;cursor:pointer">On</div>
            <p>Plain words</p><img alt="A cat" width=120 height=80 src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
            <button disabled>Not now</button>
            """);

        Assert.True(page.Settled && page.Complete);
        Assert.Equal(new PixelSize(1280, 900), page.Size);
        (string, string, string, string?, ElementKind, bool)[] told =
            [.. page.Elements.Select(one => (one.Tag, one.Role, one.Name, one.Element.Text, one.Element.Kind, one.Element.Interactable))];
        Assert.Contains(("h1", "heading", "Orders", "Orders", ElementKind.Heading, false), told);
        Assert.Contains(("a", "link", "Store", "Store", ElementKind.Link, true), told);
        Assert.Contains(("button", "button", "Close", "×", ElementKind.Button, true), told);
        Assert.Contains(("input", "textbox", "Name", "Ada", ElementKind.Input, true), told);
        Assert.Contains(("input", "checkbox", "Remember me", null, ElementKind.Choice, true), told);
        Assert.Contains(("select", "combobox", "", "Two", ElementKind.Choice, true), told);
        Assert.Contains(("div", "switch", "On", "On", ElementKind.Choice, true), told);
        Assert.Contains(("p", "", "", "Plain words", ElementKind.Text, false), told);
        Assert.Contains(("img", "img", "A cat", null, ElementKind.Image, false), told);
        Assert.Contains(("button", "button", "Not now", "Not now", ElementKind.Button, false), told);
        Assert.Equal(["text Ada", "checkbox checked", "select Two"], page.Elements.Where(one => one.InputType is not null)
            .Select(one => $"{one.InputType} {one.Value}"));
    }

    [Fact]
    public async Task What_cannot_be_seen_is_left_out()
    {
        PageCapture page = await Capture("""
            <style>button { position: absolute; left: 20px; width: 100px; height: 30px }</style>
            <button style="top:0">seen</button>
            <button style="top:40px;display:none">none</button>
            <button style="top:40px;visibility:hidden">hidden</button>
            <button style="top:40px;opacity:0">transparent</button>
            <button style="top:80px">covered</button><div style="position:absolute;top:70px;left:0;width:300px;height:60px;background:#eee"></div>
            <button style="top:2000px">below</button><button style="top:0;left:-400px">outside</button>
            <div style="position:absolute;top:140px;left:0;width:300px;height:40px;overflow:hidden"><button style="top:60px">clipped</button></div>
            <button style="top:190px;clip:rect(0px,0px,0px,0px)">for readers</button>
            """);

        Assert.Equal(["seen"], page.Elements.Where(one => one.Element.Interactable).Select(one => one.Element.Text));
    }

    [Fact]
    public async Task Shadow_roots_and_frames_of_the_same_origin_are_looked_into()
    {
        PageCapture page = await Capture("""
            <div id=host><span>slotted</span></div>
            <script>document.getElementById('host').attachShadow({mode: 'open'}).innerHTML = '<button>in the <slot></slot></button>'</script>
            <iframe style="position:absolute;left:300px;top:100px;border:10px solid;padding:5px" srcdoc="<body style='margin:0'><button>framed</button>"></iframe>
            """);

        PageElement framed = Assert.Single(page.Elements, one => one.Element.Text == "framed");
        Assert.Equal((315, 115), (framed.Element.Box.X1, framed.Element.Box.Y1));
        Assert.Contains(page.Elements, one => one.Tag == "button" && one.Element.Text is { } text && text.StartsWith("in the"));
        Assert.Contains(page.Elements, one => one is { Tag: "span", Element.Text: "slotted", Parent: not null });
    }

    [Fact]
    public async Task A_label_stands_for_the_check_box_that_it_hides()
    {
        PageCapture page = await Capture("""
            <input id=a type=checkbox checked style="opacity:0;position:absolute;z-index:-1"><label for=a>Keep me signed in</label>
            """);

        PageElement label = Assert.Single(page.Elements, one => one.Element.Interactable);
        Assert.Equal(("label", "checkbox", "checkbox", "checked", ElementKind.Choice), (label.Tag, label.Role, label.InputType, label.Value, label.Element.Kind));
    }

    [Fact]
    public async Task What_lets_clicks_through_cannot_be_used_and_is_part_of_the_control_around_it()
    {
        PageCapture page = await Capture("""
            <a href="/x">Store <i style="pointer-events:none">icon</i> <b>new</b></a> <a href="/y" style="pointer-events:none">Not now</a>
            """);

        Assert.Equal(
            [("a", true), ("b", false), ("a", false)], page.Elements.Select(one => (one.Tag, one.Element.Interactable)));
    }

    [Fact]
    public async Task A_link_without_an_address_is_told_with_its_whole_box_and_as_unusable()
    {
        PageCapture page = await Capture("<a style='position:absolute;left:10px;top:20px;width:180px;height:40px'><span>Friends</span></a><a id=here></a>");

        PageElement link = Assert.Single(page.Elements, one => one.Tag == "a");
        Assert.Equal((new PixelBox(10, 20, 190, 60), "Friends", false), (link.Element.Box, link.Element.Text, link.Element.Interactable));
    }

    [Fact]
    public async Task The_picture_of_a_page_that_reaches_beyond_the_window_on_the_left_shows_what_the_boxes_say()
    {
        PageCapture page = await Capture("""
            <html dir=rtl><body style="margin:0;background:#fff"><div style="width:1600px;height:100px"></div><button
            style="margin-right:40px;width:120px;height:60px;border:0;background:#060">Go</button>
            """);

        PageElement button = Assert.Single(page.Elements, one => one.Element.Interactable);
        using Image picture = Image.Decode(page.Screenshot);
        using Image corner = picture.Crop(new PixelBox(button.Element.Box.X1 + 2, button.Element.Box.Y1 + 2, button.Element.Box.X1 + 6, button.Element.Box.Y1 + 6));
        Assert.Equal([0, 0x66, 0], corner.Pixels[..3].ToArray());
    }

    [Fact]
    public async Task The_words_of_its_label_are_part_of_a_check_box()
    {
        PageCapture page = await Capture("""
            <label style="display:block;width:600px"><input type=checkbox> Herbs</label> <input type=radio id=r><label for=r>Printed</label> <input type=checkbox>
            """);

        PageElement[] boxes = [.. page.Elements.Where(one => one.Element.Interactable)];
        Assert.Equal([2, 2, 0], boxes.Select(one => one.Parts.Count));
        Assert.All(boxes[..2], one => Assert.Equal(one.Element.Box, one.Parts[0]));
        Assert.All(boxes[..2], one => Assert.InRange(one.Parts[1].Width, 30, 120));
    }

    [Fact]
    public async Task Boxes_are_in_pixels_of_the_picture()
    {
        var view = new PageView(new PixelSize(400, 300), DeviceScale: 2);
        PageCapture page = await Capture("<button style='position:absolute;left:10px;top:20px;width:80px;height:30px'>Go</button>", view);

        Assert.Equal(new PixelSize(800, 600), page.Size);
        Assert.Equal(new PixelBox(20, 40, 180, 100), Assert.Single(page.Elements).Element.Box);
    }

    [Fact]
    public async Task A_wrapped_link_has_the_box_of_its_longest_line()
    {
        PageCapture page = await Capture("""
            <p style="width:200px;font:16px/20px Arial">Words before <a href=x>a link that goes on over several lines of text</a> and after.</p>
            """);

        PageElement link = Assert.Single(page.Elements, one => one.Tag == "a");
        Assert.True(link.Inline);
        Assert.True(link.Element.Box.Height < 22);
        Assert.InRange(link.Parts.Count, 2, 4);
        Assert.Contains(link.Element.Box, link.Parts);
    }

    [Fact]
    public async Task A_wrapped_link_that_stands_alone_has_the_box_around_its_lines_where_its_middle_hits()
    {
        PageCapture page = await Capture("""
            <div style="width:120px;font:16px/18px Arial"><a href=x>a headline that goes on over many lines of text</a></div>
            <div style="width:120px;font:16px/60px Arial"><a href=y>lines far apart here</a></div>
            """);

        PageElement[] links = [.. page.Elements.Where(one => one.Tag == "a")];
        Assert.Equal(links[0].Parts.Aggregate((one, other) => one.Union(other)), links[0].Element.Box);
        Assert.True(links[0].Parts.Count >= 3);
        Assert.Contains(links[1].Element.Box, links[1].Parts);
    }

    [Fact]
    public async Task A_list_is_told_with_what_can_be_chosen()
    {
        PageCapture page = await Capture("<select><option>One<option disabled>Not this<option selected>Two</select>");
        Assert.Equal(["One", "Two"], Assert.Single(page.Elements).Options);
    }

    [Theory]
    [InlineData("<p id=p></p><script>setInterval(() => p.textContent = new Date().toISOString() + Math.random(), 7)</script>", false)]
    [InlineData("<p id=p></p><script>(function f() { p.textContent = performance.now(); requestAnimationFrame(f) })()</script>", false)]
    [InlineData("<style>@keyframes m { to { margin-left: 300px } }</style><button style='animation: m 1s infinite alternate'>moving</button>", true)]
    [InlineData("<style>@keyframes m { from { opacity: 0 } }</style><button style='animation: m 3s 2s both'>coming</button>", true)]
    [InlineData("<p id=p>first</p><script>setTimeout(() => p.textContent = 'second', 700)</script>", true)]
    [InlineData("<canvas id=c></canvas><script>for (let i = 0; i < 99; i++) c.getContext('2d').fillRect(Math.random() * 300, Math.random() * 150, 5, 5)</script>", true)]
    [InlineData("<input autofocus value=caret>", true)]
    public async Task Two_captures_of_a_page_are_the_same_bytes(string body, bool settles)
    {
        PageCapture[] both = await Task.WhenAll(Capture(body), Capture(body));
        (PageCapture first, PageCapture second) = (both[0], both[1]);

        Assert.Equal(settles, first.Settled);
        Assert.Equal(first.Screenshot, second.Screenshot);
        Assert.Equal(first.Elements, second.Elements);
        Assert.NotEmpty(first.Elements);
    }

    [Fact]
    public async Task A_page_begins_at_the_same_moment_of_its_clock_however_busy_the_machine_is()
    {
        PageCapture page = await Capture("<p id=p></p><script>p.textContent = performance.now() + ' ' + new Date().toISOString()</script>");

        Assert.Equal("0 2026-01-15T10:30:00.000Z", Assert.Single(page.Elements).Element.Text);
    }

    [Fact]
    public async Task What_was_captured_stays_when_filling_in_a_field_hangs_the_page()
    {
        IReadOnlyList<PageCapture> steps = await browser.Host.CaptureStepsAsync(
            BrowserHostTests.Html("<input aria-label=Name oninput='while (true);'>"), _ => new PageEdit(0, "Ada"), timeout: TimeSpan.FromSeconds(2));

        Assert.Equal("Name", Assert.Single(steps).Elements[0].Name);
    }

    [Fact]
    public async Task Fields_can_be_filled_in_between_captures_and_the_page_is_told()
    {
        IReadOnlyList<PageCapture> steps = await browser.Host.CaptureStepsAsync(
            BrowserHostTests.Html("""
                <input id=a aria-label=Name> <select id=s><option>One<option>Two</select> <p id=p>nobody</p>
                <script>a.oninput = () => p.textContent = 'Hello ' + a.value; s.onchange = () => p.textContent += s.value</script>
                """),
            before => before.Count == 1 ? new PageEdit(0, "Ada") : before.Count == 2 ? new PageEdit(1, "Two") : before.Count == 3 ? new PageEdit(2, "x") : null);

        Assert.Equal(3, steps.Count);
        Assert.Equal(["nobody", "Hello Ada", "Hello AdaTwo"], steps.Select(step => step.Elements[2].Element.Text));
        Assert.Equal(["", "Ada", "Ada"], steps.Select(step => step.Elements[0].Value));
        Assert.Equal(["One", "One", "Two"], steps.Select(step => step.Elements[1].Value));
        Assert.NotEqual(steps[0].Screenshot, steps[1].Screenshot);
    }

    [Fact]
    public async Task What_a_timer_brings_is_waited_for()
    {
        PageCapture page = await Capture("<p id=p>loading</p><script>setTimeout(() => p.textContent = 'there', 800)</script>");

        Assert.Equal("there", Assert.Single(page.Elements).Element.Text);
    }

    [Fact]
    public async Task Dialogs_and_pop_ups_do_not_keep_a_page_from_being_captured()
    {
        PageCapture page = await Capture("""
            <script>alert('a'); confirm('b'); prompt('c'); open('about:blank'); onbeforeunload = () => 'stay'; setInterval(() => alert('again'), 500)</script>
            <button>after</button>
            """);

        Assert.Equal("after", Assert.Single(page.Elements).Element.Text);
    }

    [Fact]
    public async Task A_download_is_refused()
    {
        using var folder = new Testing.TemporaryFolder();
        File.WriteAllBytes(folder["data.bin"], new byte[100]);
        await using LoopbackFolder served = LoopbackFolder.Serve(folder.Path);

        IOException problem = await Assert.ThrowsAsync<IOException>(() => browser.Host.CapturePageAsync($"{served.Address}data.bin"));

        Assert.Contains("Download", problem.Message);
    }

    [Fact]
    public async Task A_page_that_is_not_there_is_refused_with_its_status()
    {
        using var folder = new Testing.TemporaryFolder();
        await using LoopbackFolder served = LoopbackFolder.Serve(folder.Path);

        Assert.Contains("404", (await Assert.ThrowsAsync<IOException>(() => browser.Host.CapturePageAsync($"{served.Address}no.html"))).Message);
    }

    [Fact]
    public async Task A_script_that_never_ends_is_given_up()
    {
        var problem = await Assert.ThrowsAsync<IOException>(() => browser.Host.CapturePageAsync(
            BrowserHostTests.Html("<p>x</p><script>onload = () => { for (;;); }</script>"), timeout: TimeSpan.FromSeconds(2)));

        Assert.Contains("could not be opened", problem.Message);
    }

    [Fact]
    public async Task Twenty_thousand_elements_and_a_huge_page_are_captured()
    {
        PageCapture page = await Capture("""
            <div style="height:200000px;width:3000px"></div>
            <script>document.body.insertAdjacentHTML('afterbegin', Array.from({length: 20000}, (_, i) => `<button style="width:40px">${i}</button>`).join(''))</script>
            """);

        Assert.True(page.Settled);
        Assert.InRange(page.Elements.Count, 300, PageCapture.MostElements);
        Assert.All(page.Elements, one => Assert.True(one.Element.Box.Y2 <= 900 && one.Element.Box.X2 <= 1280));
    }

    [Fact]
    public async Task A_picture_that_never_comes_does_not_hold_a_page_up_for_ever()
    {
        using var silent = new SilentServer();
        using var folder = new Testing.TemporaryFolder();
        File.WriteAllText(folder["index.html"], $"<button>there</button><img src='{silent.Address}never.png'>");
        await using LoopbackFolder served = LoopbackFolder.Serve(folder.Path);

        PageCapture page = await browser.Host.CapturePageAsync(served.Address.AbsoluteUri, timeout: TimeSpan.FromSeconds(2));

        Assert.False(page.Settled);
        Assert.Contains(page.Elements, one => one.Element.Text == "there");
    }

    private Task<PageCapture> Capture(string body, PageView? view = null) => browser.Host.CapturePageAsync(BrowserHostTests.Html(body), view);
}
