using System.Text.Json;
using Magma.Testing;
using Microsoft.Playwright;

namespace Magma.Browser.Tests;

/// <summary>Whether what a capture lists is really there: a click on an element's centre must reach it.</summary>
public sealed class PageClickTests
{
    // Every click is noted and goes no further, so that pages stay as they were captured.
    private const string NoteClicks =
        """
        () => {
          const note = event => {
            event.preventDefault();
            event.stopImmediatePropagation();
            if (event.type === 'pointerdown') top.__hit = event.composedPath()[0];
          };
          const types = ['mousedown', 'mouseup', 'click', 'pointerdown', 'pointerup', 'dblclick', 'focusin', 'mouseover', 'mouseenter', 'mousemove',
            'pointerover', 'pointermove', 'pointerenter'];
          const watch = w => {
            for (const type of types) w.addEventListener(type, note, {capture: true});
            for (let i = 0; i < w.frames.length; i++) try { watch(w.frames[i]); } catch { }
          };
          watch(window);
        }
        """;

    private const string WasHit =
        """
        index => {
          const e = window[Symbol.for('magma.capture')].nodes[index];
          let n = window.__hit;
          window.__hit = null;
          for (; n; n = n.assignedSlot || n.parentNode || n.host) if (n === e) return true;
          return false;
        }
        """;

    [Fact]
    public async Task A_click_on_the_centre_of_an_element_reaches_it()
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = BrowserHost.FindExecutable(),
            Args = ["--no-sandbox", "--disable-gpu"],
        });
        await using LoopbackFolder served = LoopbackFolder.Serve(Path.Combine(Repository.Root, "datasets", "samples", "pages"));
        PageView[] views = [PageView.Desktop, new(new Vision.PixelSize(412, 880), 2)];
        string[] pages = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "datasets", "samples", "pages"), "*.html").Order(StringComparer.Ordinal)];
        // The browser mostly waits for the next click: both windows at the same time.
        (int Captured, int Clicks, List<string> Missed)[] seen = await Task.WhenAll(views.Select(async view =>
        {
            int clicks = 0;
            var missed = new List<string>();
            foreach (string file in pages)
            {
                await using IBrowserContext context = await BrowserHost.NewContextAsync(browser, view);
                IPage page = await BrowserHost.NewCapturePageAsync(context);
                IReadOnlyList<PageCapture> captures = await new PageRecorder(page, view, TimeSpan.FromSeconds(20)).RecordAsync($"{served.Address}{Path.GetFileName(file)}");
                PageCapture capture = captures[0];
                await page.EvaluateAsync(NoteClicks);
                for (int index = 0; index < capture.Elements.Count; index++)
                {
                    Vision.PixelPoint centre = capture.Elements[index].Element.Box.Center;
                    await page.Mouse.ClickAsync((float)(centre.X / view.DeviceScale), (float)(centre.Y / view.DeviceScale));
                    JsonElement hit = (await page.EvaluateAsync(WasHit, index))!.Value;
                    clicks++;
                    if (!hit.GetBoolean()) missed.Add($"{Path.GetFileName(file)} {view.Viewport}: {capture.Elements[index]}");
                }
            }

            return (pages.Length, clicks, missed);
        }));

        int captured = seen.Sum(one => one.Captured), clicks = seen.Sum(one => one.Clicks);
        string[] missed = [.. seen.SelectMany(one => one.Missed)];
        Assert.True(captured >= 10 && clicks > 200, $"{clicks} elements of {captured} pages");
        Assert.True(missed.Length <= 0.02 * clicks, $"{missed.Length} of {clicks}: {string.Join('\n', missed)}");
    }
}
