using System.Text.Json;
using Magma.Vision;
using Microsoft.Playwright;

namespace Magma.Browser;

/// <summary>An open page. Dispose it to close it and forget its cookies and storage.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IBrowserContext _context;
    private readonly IPage _page;

    internal BrowserPage(IBrowserContext context, IPage page, PageView view, bool settled)
    {
        _context = context;
        _page = page;
        View = view;
        Settled = settled;
    }

    /// <summary>The window the page is shown in.</summary>
    public PageView View { get; }

    /// <summary>The address after redirects.</summary>
    public string Url => _page.Url;

    /// <summary>Whether the page finished loading within the time it was given.</summary>
    public bool Settled { get; }

    /// <summary>The page's title; empty when it has none.</summary>
    public Task<string> GetTitleAsync() => _page.TitleAsync();

    /// <summary>
    /// The visible part of the page as a PNG file of viewport × device scale pixels, with animations stopped and no text cursor.
    /// </summary>
    /// <exception cref="IOException">The page crashed or was closed.</exception>
    public async Task<byte[]> ScreenshotAsync()
    {
        try
        {
            return await PagePicture.TakeAsync(_page, Patience);
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            throw new IOException($"No screenshot of {Url}: {BrowserHost.FirstLine(e.Message)}", e);
        }
    }

    /// <summary>
    /// The lines of text that the page shows inside the window, top to bottom and left to right: text nodes, the values and placeholders
    /// of input fields, the labels of buttons and selects. Invisible text (hidden, transparent, clipped away) is left out, and so is text
    /// that another element covers. Text inside canvases, images and frames is not seen.
    /// </summary>
    /// <exception cref="IOException">The page crashed or was closed.</exception>
    public async Task<IReadOnlyList<TextLine>> GetTextLinesAsync()
    {
        try
        {
            JsonElement? lines = await _page.EvaluateAsync(PageScripts.TextLines);
            double scale = View.DeviceScale;
            return [.. lines!.Value.EnumerateArray().Select(line => new TextLine(
                line.GetProperty("text").GetString()!,
                new PixelBox(
                    line.GetProperty("x1").GetDouble() * scale,
                    line.GetProperty("y1").GetDouble() * scale,
                    line.GetProperty("x2").GetDouble() * scale,
                    line.GetProperty("y2").GetDouble() * scale),
                line.GetProperty("size").GetDouble() * scale))];
        }
        catch (PlaywrightException e)
        {
            throw new IOException($"The text of {Url} could not be read: {BrowserHost.FirstLine(e.Message)}", e);
        }
    }

    /// <summary>Closes the page.</summary>
    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    internal static async Task<bool> LoadAsync(IPage page, string url, TimeSpan timeout)
    {
        // A dialog that nobody answers would block the page for ever.
        page.Dialog += (_, dialog) => _ = dialog.DismissAsync();
        long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        IResponse? response = await page.GotoAsync(url, new PageGotoOptions
        {
            WaitUntil = WaitUntilState.Commit,
            Timeout = (float)timeout.TotalMilliseconds,
        });
        if (response is { Status: >= 400 })
            throw new PlaywrightException($"the server answered {response.Status} {response.StatusText}");
        try
        {
            await page.WaitForLoadStateAsync(LoadState.Load, new PageWaitForLoadStateOptions
            {
                Timeout = Math.Max(1, deadline - Environment.TickCount64),
            });
            await page.EvaluateAsync(PageScripts.FontsAndFrame).WaitAsync(TimeSpan.FromMilliseconds(Math.Max(1, deadline - Environment.TickCount64)));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
