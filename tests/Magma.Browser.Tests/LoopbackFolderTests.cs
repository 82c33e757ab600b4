namespace Magma.Browser.Tests;

[Collection(BrowserCollection.Name)]
public sealed class LoopbackFolderTests(BrowserFixture browser) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magma-loopback-").FullName;

    [Fact]
    public async Task Pages_load_what_they_name_by_absolute_paths()
    {
        File.WriteAllText(Path.Combine(_folder, "index.html"), "<script src='/js/say.js'></script>");
        Directory.CreateDirectory(Path.Combine(_folder, "js"));
        File.WriteAllText(Path.Combine(_folder, "js", "say.js"), "document.write('<p>from a script</p>')");
        await using LoopbackFolder served = LoopbackFolder.Serve(_folder);
        await using BrowserPage page = await browser.Host.OpenPageAsync(served.Address.AbsoluteUri);
        Assert.Equal("from a script", Assert.Single(await page.GetTextLinesAsync()).Text);
    }

    [Theory]
    [InlineData("missing.html")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e/secret.txt")]
    [InlineData("%00")]
    public async Task Nothing_outside_the_folder_is_served(string path)
    {
        string secret = Path.Combine(Path.GetDirectoryName(_folder)!, "secret.txt");
        File.WriteAllText(secret, "secret");
        await using LoopbackFolder served = LoopbackFolder.Serve(_folder);
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(served.Address + path);
        Assert.False(answer.IsSuccessStatusCode);
        File.Delete(secret);
    }

    [Fact]
    public async Task A_missing_page_is_refused_with_its_status()
    {
        await using LoopbackFolder served = LoopbackFolder.Serve(_folder);
        var error = await Assert.ThrowsAsync<IOException>(() => browser.Host.OpenPageAsync(served.Address + "none.html"));
        Assert.Contains("404", error.Message);
    }

    [Fact]
    public void A_missing_folder_is_refused()
    {
        Assert.Throws<DirectoryNotFoundException>(() => LoopbackFolder.Serve(Path.Combine(_folder, "none")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
