using System.Text.Json;
using Magma.Data;
using Magma.Vision;
using Microsoft.Playwright;

namespace Magma.Browser;

/// <summary>
/// Brings one page to rest and records it. The page's clock stands still and is moved on step by step, so that timers run their course in no time and
/// a page that shows the time, chance or a running animation gives the same picture every time.
/// </summary>
internal sealed class PageRecorder
{
    /// <summary>What pages take for the present.</summary>
    public static readonly DateTime Now = new(2026, 1, 15, 10, 30, 0, DateTimeKind.Utc);

    private const int StepMilliseconds = 250;
    private const int QuietSteps = 4;
    private const int MostSteps = 24;
    private const int MostMeasurements = 3;

    // A busy machine draws the same frames more slowly: only a page that takes this many times its time over them is cut short.
    private const int MostDelay = 4;

    private readonly IPage _page;
    private readonly PageView _view;
    private readonly long _deadline;
    private readonly long _end;
    private readonly TimeSpan _grace;
    private int _pending;

    public PageRecorder(IPage page, PageView view, TimeSpan timeout)
    {
        // What comes after the deadline is not waited for but must be had: a page that loaded slowly still gets its picture.
        (_page, _view, _grace) = (page, view, TimeSpan.FromTicks(Math.Max(timeout.Ticks, TimeSpan.FromSeconds(5).Ticks)));
        _deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        _end = Environment.TickCount64 + (MostDelay * (long)timeout.TotalMilliseconds);
        page.Dialog += (_, dialog) => _ = dialog.DismissAsync();
        page.Popup += (_, popup) => _ = popup.CloseAsync();
        // Streams stay open for ever: they say nothing about whether the page is ready.
        page.Request += (_, request) => Count(request, 1);
        page.RequestFinished += (_, request) => Count(request, -1);
        page.RequestFailed += (_, request) => Count(request, -1);
    }

    /// <summary>Loads an address and records what it shows, then what it shows with fields filled in, as long as there is something to fill in.</summary>
    /// <param name="url">The address.</param>
    /// <param name="next">Told all captures so far, says what is filled in next; null for no more.</param>
    /// <exception cref="PlaywrightException">The page could not be opened or recorded.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task<IReadOnlyList<PageCapture>> RecordAsync(string url, Func<IReadOnlyList<PageCapture>, PageEdit?>? next = null)
    {
        IResponse? response = await _page.GotoAsync(url, new PageGotoOptions { WaitUntil = WaitUntilState.Commit, Timeout = Left(_deadline) });
        if (response is { Status: >= 400 }) throw new PlaywrightException($"the server answered {response.Status} {response.StatusText}");
        var captures = new List<PageCapture> { await RecordAsync(await LoadAsync() && await SettleAsync()) };
        while (next?.Invoke(captures) is { } edit)
        {
            try
            {
                JsonElement? taken = await _page.EvaluateAsync(CaptureScripts.Edit, new { element = edit.Element, value = edit.Value }).WaitAsync(_grace);
                if (taken?.GetBoolean() != true) break;
                captures.Add(await RecordAsync(await SettleAsync()));
            }
            catch (Exception problem) when (problem is PlaywrightException or TimeoutException)
            {
                // The page went elsewhere over it, or hangs; what it was is recorded.
                break;
            }
        }

        return captures;
    }

    private async Task<PageCapture> RecordAsync(bool settled)
    {
        JsonElement listed = default;
        byte[] picture = [];
        bool still = false;
        for (int attempt = 0; attempt < MostMeasurements && !still; attempt++)
        {
            await _page.EvaluateAsync(CaptureScripts.Freeze).WaitAsync(_grace);
            // Two frames, so that what was stopped is also drawn so.
            await _page.EvaluateAsync(CaptureScripts.Changes).WaitAsync(_grace);
            listed = await ListAsync();
            picture = await PagePicture.TakeAsync(_page, _grace);
            // The list must be that of the picture: if it moved meanwhile, both are made again.
            still = (await ListAsync()).GetRawText() == listed.GetRawText();
        }

        PixelSize size = ImageInfo.Read(picture).Size;
        return new PageCapture(
            picture, size, Elements(listed.GetProperty("elements"), size), _page.Url, listed.GetProperty("title").GetString() ?? "",
            settled && still, listed.GetProperty("complete").GetBoolean());
    }

    private async Task<bool> LoadAsync()
    {
        try
        {
            await _page.WaitForLoadStateAsync(LoadState.Load, new PageWaitForLoadStateOptions { Timeout = Left(_deadline) });
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Quiet: for a second of the page's own time nothing changed, nothing was being fetched, and fonts were there. How long a page that is never quiet is
    // looked at is counted in steps of its own time, so that it is caught in the same state on a busy machine.
    private async Task<bool> SettleAsync()
    {
        double changes = -1;
        try
        {
            for (int step = 0, quiet = 0; step < MostSteps; step++)
            {
                JsonElement state = await ChangesAsync();
                while (Volatile.Read(ref _pending) > 0)
                {
                    if (Environment.TickCount64 >= _deadline) return false;
                    state = await ChangesAsync();
                }

                double now = state.GetProperty("changes").GetDouble();
                quiet = now == changes && state.GetProperty("ready").GetBoolean() ? quiet + 1 : 0;
                if (quiet >= QuietSteps) return true;
                changes = now;
                await _page.Clock.RunForAsync(StepMilliseconds).WaitAsync(TimeSpan.FromMilliseconds(Left(_end)));
            }
        }
        catch (TimeoutException)
        {
            // It is recorded as it is.
        }

        return false;
    }

    private async Task<JsonElement> ChangesAsync() =>
        (await _page.EvaluateAsync(CaptureScripts.Changes).WaitAsync(TimeSpan.FromMilliseconds(Left(_end))))!.Value;

    private async Task<JsonElement> ListAsync() =>
        (await _page.EvaluateAsync(CaptureScripts.Elements, PageCapture.MostElements).WaitAsync(_grace))!.Value;

    private void Count(IRequest request, int by)
    {
        if (request.ResourceType is not ("eventsource" or "websocket" or "media" or "ping")) Interlocked.Add(ref _pending, by);
    }

    private static float Left(long until) => Math.Max(1, until - Environment.TickCount64);

    private List<PageElement> Elements(JsonElement listed, PixelSize size)
    {
        var elements = new List<PageElement>(listed.GetArrayLength());
        foreach (JsonElement one in listed.EnumerateArray())
        {
            string tag = Text(one, "tag"), role = Text(one, "role"), text = Text(one, "text");
            PixelBox box = Box(one.GetProperty("box"), size);
            bool interactable = one.GetProperty("interactable").GetBoolean();
            string? input = one.GetProperty("input").GetString();
            ElementKind kind = PageRoles.KindOf(role, interactable, one.GetProperty("picture").GetBoolean(), box, _view.DeviceScale);
            PixelBox[] parts = [.. one.GetProperty("parts").EnumerateArray().Select(part => Box(part, size)).Where(part => !part.IsEmpty)];
            string[] options = [.. one.GetProperty("options").EnumerateArray().Select(option => option.GetString() ?? "").Where(option => option.Length > 0)];
            elements.Add(new PageElement(
                new ScreenElement(box, text.Length > 0 ? text : null, kind, interactable, ElementSource.Dom, 1), tag, role, Text(one, "name"), input,
                one.GetProperty("value").GetString(), one.GetProperty("inline").GetBoolean(),
                one.GetProperty("parent") is { ValueKind: JsonValueKind.Number } parent ? parent.GetInt32() : null)
            {
                Parts = parts,
                Options = options,
            });
        }

        return elements;
    }

    private PixelBox Box(JsonElement edges, PixelSize size)
    {
        double[] pixels = [.. edges.EnumerateArray().Select(edge => Math.Round(edge.GetDouble() * _view.DeviceScale, 2))];
        return new PixelBox(pixels[0], pixels[1], pixels[2], pixels[3]).Clip(size);
    }

    private static string Text(JsonElement one, string name) => one.GetProperty(name).GetString() ?? "";
}
