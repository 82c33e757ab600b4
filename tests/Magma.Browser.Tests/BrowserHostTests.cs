using System.Buffers.Binary;
using Magma.Vision;

namespace Magma.Browser.Tests;

[Collection(BrowserCollection.Name)]
public sealed class BrowserHostTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(1280, 900, 1.0)]
    [InlineData(390, 844, 2.0)]
    [InlineData(40, 40, 1.0)]
    public async Task A_screenshot_has_the_size_of_the_view_times_its_density(int width, int height, double scale)
    {
        await using BrowserPage page = await browser.Host.OpenPageAsync(
            Html("<h1>Hello</h1>"), new PageView(new PixelSize(width, height), scale));
        Assert.True(page.Settled);
        Assert.Equal(((int)(width * scale), (int)(height * scale)), PngSize(await page.ScreenshotAsync()));
    }

    [Fact]
    public async Task The_same_page_gives_the_same_bytes()
    {
        string address = Html("<h1>Same</h1><input autofocus value=caret><div style='animation: a 1s infinite'>x</div>");
        await using BrowserPage first = await browser.Host.OpenPageAsync(address);
        await using BrowserPage second = await browser.Host.OpenPageAsync(address);
        Assert.Equal(await first.ScreenshotAsync(), await second.ScreenshotAsync());
    }

    [Fact]
    public async Task Dark_and_light_views_reach_the_page()
    {
        string address = Html("<style>@media (prefers-color-scheme: dark) { p::before { content: 'x' } p { display: none } }</style><p>light</p>");
        await using BrowserPage light = await browser.Host.OpenPageAsync(address);
        await using BrowserPage dark = await browser.Host.OpenPageAsync(address, PageView.Desktop with { Dark = true });
        Assert.Single(await light.GetTextLinesAsync());
        Assert.Empty(await dark.GetTextLinesAsync());
    }

    [Fact]
    public async Task A_page_that_never_finishes_loading_is_returned_unsettled()
    {
        using var silent = new SilentServer();
        string folder = Directory.CreateTempSubdirectory("magma-unsettled-").FullName;
        File.WriteAllText(Path.Combine(folder, "index.html"), $"<p>Text that is there</p><img src='{silent.Address}never.png'>");
        await using LoopbackFolder served = LoopbackFolder.Serve(folder);
        await using BrowserPage page = await browser.Host.OpenPageAsync(served.Address.AbsoluteUri, timeout: TimeSpan.FromSeconds(1));
        Assert.False(page.Settled);
        Assert.Equal("Text that is there", Assert.Single(await page.GetTextLinesAsync()).Text);
        Assert.NotEmpty(await page.ScreenshotAsync());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_page_that_never_answers_is_refused_with_its_address()
    {
        using var silent = new SilentServer();
        var error = await Assert.ThrowsAsync<IOException>(
            () => browser.Host.OpenPageAsync(silent.Address, timeout: TimeSpan.FromSeconds(1)));
        Assert.Contains(silent.Address, error.Message);
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("http://192.0.2.1/")]
    public async Task Other_machines_cannot_be_reached_by_default(string address)
    {
        var error = await Assert.ThrowsAsync<IOException>(() => browser.Host.OpenPageAsync(address));
        Assert.Contains("ERR_NAME_NOT_RESOLVED", error.Message);
    }

    [Fact]
    public async Task Dialogs_do_not_block_a_page()
    {
        await using BrowserPage page = await browser.Host.OpenPageAsync(Html("<script>alert('stop')</script><p>after</p>"));
        Assert.Equal("after", Assert.Single(await page.GetTextLinesAsync()).Text);
    }

    [Fact]
    public async Task A_missing_file_is_refused_with_its_path()
    {
        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => browser.Host.OpenPageAsync("no/such/page.html"));
        Assert.Contains("no/such/page.html", error.Message);
    }

    [Fact]
    public async Task A_missing_browser_is_refused_with_its_path()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => BrowserHost.OpenAsync(new BrowserOptions(ExecutablePath: "/no/chromium")));
        Assert.Contains("/no/chromium", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(300)]
    public async Task Cancelling_while_a_page_is_made_or_loads_ends_the_wait(int milliseconds)
    {
        using var silent = new SilentServer();
        using var stop = new CancellationTokenSource(milliseconds);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => browser.Host.OpenPageAsync(silent.Address, timeout: TimeSpan.FromSeconds(30), cancellationToken: stop.Token));
    }

    [Fact]
    public async Task A_view_without_pixels_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => browser.Host.OpenPageAsync(Html(""), new PageView(new PixelSize(0, 900))));
    }

    [Fact]
    public async Task A_local_file_opens_by_its_path()
    {
        string path = Path.Combine(Path.GetTempPath(), $"magma page {Environment.ProcessId}.html");
        await File.WriteAllTextAsync(path, "<title>From a file</title><p>hello</p>");
        try
        {
            await using BrowserPage page = await browser.Host.OpenPageAsync(path);
            Assert.Equal("From a file", await page.GetTitleAsync());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Closing_a_host_leaves_no_browser_behind()
    {
        HashSet<int> before = Children();
        BrowserHost host = await BrowserHost.OpenAsync();
        Assert.NotEmpty(Children().Except(before));
        await host.DisposeAsync();
        for (int i = 0; i < 100 && Children().Except(before).Any(); i++)
            await Task.Delay(50);
        Assert.Empty(Children().Except(before));
    }

    internal static string Html(string body) =>
        "data:text/html;charset=utf-8;base64," + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"<!doctype html><body>{body}"));

    private static (int Width, int Height) PngSize(byte[] png) =>
        (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));

    /// <summary>Every process below this one, from /proc.</summary>
    private static HashSet<int> Children()
    {
        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int id))
                continue;
            try
            {
                string stat = File.ReadAllText(Path.Combine(folder, "stat"));
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[0] != "Z")
                    parents[id] = int.Parse(fields[1]);
            }
            catch (IOException)
            {
                // It ended between listing and reading.
            }
        }
        var below = new HashSet<int>();
        foreach (int id in parents.Keys)
        {
            for (int at = id; parents.TryGetValue(at, out int parent); at = parent)
            {
                if (parent == Environment.ProcessId)
                {
                    below.Add(id);
                    break;
                }
            }
        }
        return below;
    }
}
