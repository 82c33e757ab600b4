using System.Text.Json;
using Microsoft.Playwright;

namespace Magma.Browser;

/// <summary>Takes the picture of what a page's window shows.</summary>
internal static class PagePicture
{
    // Whether the page reaches beyond the window on the left: then Playwright asks Chromium for a part of the page, but each counts from another edge.
    private const string ReachesLeft =
        """
        () => {
          const root = document.scrollingElement;
          if (!root || root.scrollWidth <= root.clientWidth) return false;
          const style = getComputedStyle(root);
          return style.direction === 'rtl' || style.writingMode.endsWith('-rl');
        }
        """;

    /// <summary>A PNG file of viewport × device scale pixels, with animations stopped and no text cursor.</summary>
    /// <param name="page">The page.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="PlaywrightException">The page crashed or was closed.</exception>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static async Task<byte[]> TakeAsync(IPage page, TimeSpan timeout)
    {
        JsonElement? left = await page.EvaluateAsync(ReachesLeft).WaitAsync(timeout);
        if (left?.GetBoolean() == true) return await TakeWindowAsync(page).WaitAsync(timeout);
        return await page.ScreenshotAsync(new PageScreenshotOptions
        {
            Type = ScreenshotType.Png,
            Animations = ScreenshotAnimations.Disabled,
            Caret = ScreenshotCaret.Hide,
            Scale = ScreenshotScale.Device,
            Timeout = (float)timeout.TotalMilliseconds,
        });
    }

    private static async Task<byte[]> TakeWindowAsync(IPage page)
    {
        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        try
        {
            JsonElement? answer = await session.SendAsync("Page.captureScreenshot", new Dictionary<string, object> { ["format"] = "png" });
            return answer!.Value.GetProperty("data").GetBytesFromBase64();
        }
        finally
        {
            await session.DetachAsync();
        }
    }
}
