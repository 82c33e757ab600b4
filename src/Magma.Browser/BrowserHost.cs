using Microsoft.Playwright;

namespace Magma.Browser;

/// <summary>
/// A running Chromium without a window. It is driven over a pipe by Playwright; when this process ends in any way, the pipe closes and
/// the browser ends too, so nothing is left behind. Nothing is downloaded: the browser is the one installed on the machine.
/// </summary>
/// <remarks>One host serves many pages, also at the same time; each page has a browser context (cookies, cache, storage) of its own.</remarks>
public sealed class BrowserHost : IAsyncDisposable
{
    private static readonly string[] ProgramNames = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-domain-reliability", "--disable-breakpad",
        // The same page gives the same pixels whatever the machine's display settings are.
        "--disable-lcd-text", "--font-render-hinting=none", "--force-color-profile=srgb",
        // Moving GIF, WebP and APNG pictures show their first frame.
        "--blink-settings=imageAnimationPolicy=2",
    ];

    private static readonly string[] LoopbackOnlyFlags =
    [
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE [::1]",
        "--no-proxy-server",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private BrowserHost(IPlaywright playwright, IBrowser browser, string executablePath)
    {
        _playwright = playwright;
        _browser = browser;
        ExecutablePath = executablePath;
    }

    /// <summary>The browser program in use.</summary>
    public string ExecutablePath { get; }

    /// <summary>The browser's version, for example <c>156.0.8078.79</c>.</summary>
    public string Version => _browser.Version;

    /// <summary>Whether the browser is still there; false once it ended or crashed.</summary>
    public bool IsRunning => _browser.IsConnected;

    /// <summary>The first Chromium or Chrome on the path, or null when there is none.</summary>
    public static string? FindExecutable()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return ProgramNames
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Starts the browser. Dispose the host to end it.</summary>
    /// <exception cref="IOException">No browser was found, or it did not start; the message says what to install.</exception>
    public static async Task<BrowserHost> OpenAsync(BrowserOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new BrowserOptions();
        string path = options.ExecutablePath ?? FindExecutable()
            ?? throw new IOException("No Chromium was found on the path; install one: apt-get install chromium.");
        if (!File.Exists(path))
            throw new IOException($"The browser {path} does not exist.");
        cancellationToken.ThrowIfCancellationRequested();
        IPlaywright playwright = await Playwright.CreateAsync();
        try
        {
            IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = path,
                Headless = true,
                Args = options.AllowNetwork ? Flags : [.. Flags, .. LoopbackOnlyFlags],
                // Signals are the embedding program's business; the closing pipe ends the browser in every case.
                HandleSIGHUP = false,
                HandleSIGINT = false,
                HandleSIGTERM = false,
            });
            return new BrowserHost(playwright, browser, path);
        }
        catch (Exception e)
        {
            playwright.Dispose();
            if (e is PlaywrightException or TimeoutException)
                throw new IOException($"The browser {path} did not start: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Opens a page and waits until it has loaded, its fonts are ready and it has drawn a frame.</summary>
    /// <param name="address">
    /// An <c>http</c>, <c>https</c>, <c>file</c>, <c>data</c> or <c>about</c> address, or the path of a local HTML file. Serve a folder whose pages use
    /// absolute paths with <see cref="LoopbackFolder"/>.
    /// </param>
    /// <param name="view">The window; <see cref="PageView.Desktop"/> when null.</param>
    /// <param name="timeout">
    /// How long the page may take; 15 seconds when null. A page that is slower is still returned, with <see cref="BrowserPage.Settled"/> false.
    /// </param>
    /// <param name="cancellationToken">Ends the wait and closes the page.</param>
    /// <exception cref="FileNotFoundException">The local file does not exist.</exception>
    /// <exception cref="IOException">The address could not be opened (refused, not resolved, an HTTP status of 400 and above).</exception>
    public async Task<BrowserPage> OpenPageAsync(
        string address, PageView? view = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        return await OpenAsync(address, view ?? PageView.Desktop, cancellationToken, async (context, url) =>
        {
            IPage page = await context.NewPageAsync();
            bool settled = await BrowserPage.LoadAsync(page, url, timeout ?? TimeSpan.FromSeconds(15));
            return (new BrowserPage(context, page, view ?? PageView.Desktop, settled), true);
        });
    }

    /// <summary>
    /// Shows a page until it has come to rest, and records its picture and what can be seen on it. Time, chance and animations stand still for the
    /// page, so that the same page gives the same bytes; dialogs, pop-ups and downloads are dismissed.
    /// </summary>
    /// <param name="address">As for <see cref="OpenPageAsync"/>.</param>
    /// <param name="view">The window; <see cref="PageView.Desktop"/> when null.</param>
    /// <param name="timeout">
    /// How long the page may take to load and to fetch what it shows; 20 seconds when null. Then it is recorded as it is. A page that keeps changing is
    /// recorded after six seconds of its own time, which a busy machine may need longer for.
    /// </param>
    /// <param name="cancellationToken">Ends the work and closes the page.</param>
    /// <exception cref="FileNotFoundException">The local file does not exist.</exception>
    /// <exception cref="IOException">The address could not be opened, or the page hangs.</exception>
    public async Task<PageCapture> CapturePageAsync(
        string address, PageView? view = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        (await CaptureStepsAsync(address, null, view, timeout, cancellationToken))[0];

    /// <summary>As <see cref="CapturePageAsync"/>, and then again with fields filled in, one after another.</summary>
    /// <param name="address">As for <see cref="OpenPageAsync"/>.</param>
    /// <param name="next">Told all captures so far, says which field of the last one is filled in before the next one; null, or null from it, for no more.</param>
    /// <param name="view">The window; <see cref="PageView.Desktop"/> when null.</param>
    /// <param name="timeout">As for <see cref="CapturePageAsync"/>; for all captures together.</param>
    /// <param name="cancellationToken">Ends the work and closes the page.</param>
    /// <returns>At least one capture; fewer than were asked for where a field did not take its value.</returns>
    public Task<IReadOnlyList<PageCapture>> CaptureStepsAsync(
        string address, Func<IReadOnlyList<PageCapture>, PageEdit?>? next, PageView? view = null, TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        view ??= PageView.Desktop;
        return OpenAsync(address, view, cancellationToken, async (context, url) =>
        {
            IPage page = await NewCapturePageAsync(context);
            return (await new PageRecorder(page, view, timeout ?? TimeSpan.FromSeconds(20)).RecordAsync(url, next), false);
        });
    }

    /// <summary>Ends the browser and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    // Opens a context and does something with it; the context stays open if that says so.
    private async Task<T> OpenAsync<T>(
        string address, PageView view, CancellationToken cancellationToken, Func<IBrowserContext, string, Task<(T Result, bool KeepOpen)>> work)
    {
        view.Validate();
        string url = ToUrl(address);
        cancellationToken.ThrowIfCancellationRequested();
        IBrowserContext? context = null;
        bool keep = false;
        try
        {
            context = await NewContextAsync(_browser, view);
            Task<(T Result, bool KeepOpen)> working = work(context, url);
            // Closing the context ends what the work waits for, but a page that is just being made would be waited for without end.
            _ = working.ContinueWith(given => given.Exception, cancellationToken: default, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            (T result, keep) = await working.WaitAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return result;
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"The page {address} could not be opened: {FirstLine(e.Message)}", e);
        }
        finally
        {
            if (context is not null && (!keep || cancellationToken.IsCancellationRequested)) await context.CloseAsync();
        }
    }

    internal static Task<IBrowserContext> NewContextAsync(IBrowser browser, PageView view) => browser.NewContextAsync(new BrowserNewContextOptions
    {
        ViewportSize = new ViewportSize { Width = view.Viewport.Width, Height = view.Viewport.Height },
        DeviceScaleFactor = (float)view.DeviceScale,
        ColorScheme = view.Dark ? ColorScheme.Dark : ColorScheme.Light,
        ReducedMotion = ReducedMotion.Reduce,
        Locale = "en-US",
        TimezoneId = "UTC",
        AcceptDownloads = false,
        ServiceWorkers = ServiceWorkerPolicy.Block,
    });

    /// <summary>A page whose clock stands still; for <see cref="PageRecorder"/>.</summary>
    internal static async Task<IPage> NewCapturePageAsync(IBrowserContext context)
    {
        await context.AddInitScriptAsync(CaptureScripts.Prepare);
        // Halted at once: between installing a clock and halting it, pages would see as much time go by as the machine took for it.
        await context.Clock.PauseAtAsync(PageRecorder.Now);
        return await context.NewPageAsync();
    }

    internal static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();

    private static string ToUrl(string address)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" or "file" or "data" or "about"
            && !address.StartsWith('/'))
            return address;
        string path = Path.GetFullPath(address);
        if (Directory.Exists(path))
            throw new IOException($"{address} is a folder; give one of its HTML files, or serve it on loopback.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no page at {address}: it is neither an http, https or file address nor an existing file.", path);
        return new Uri(path).AbsoluteUri;
    }
}
