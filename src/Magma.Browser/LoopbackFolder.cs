using System.Net;
using System.Net.Sockets;

namespace Magma.Browser;

/// <summary>
/// A local folder served over HTTP on this machine's loopback interface, for pages that use absolute paths, modules or fetch.
/// Only GET and HEAD of files inside the folder are answered; nothing outside the machine can reach it.
/// </summary>
public sealed class LoopbackFolder : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _loop;
    private readonly string _root;

    private LoopbackFolder(HttpListener listener, string root, Uri address)
    {
        _listener = listener;
        _root = root;
        Address = address;
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Where the folder's root is served, for example <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts serving a folder on a free port.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">No free port was found.</exception>
    public static LoopbackFolder Serve(string folder)
    {
        string root = Path.GetFullPath(folder);
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no folder {folder} to serve.");
        root = Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar;
        for (int attempt = 0; ; attempt++)
        {
            // HttpListener cannot choose a port itself; another program may take the free one in between, hence the attempts.
            int port;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return new LoopbackFolder(listener, root, new Uri($"http://127.0.0.1:{port}/"));
            }
            catch (HttpListenerException e)
            {
                listener.Close();
                if (attempt == 20)
                    throw new IOException($"No free loopback port to serve {folder} on: {e.Message}", e);
            }
        }
    }

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException && !_listener.IsListening)
            {
                return;
            }
            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        HttpListenerResponse response = context.Response;
        try
        {
            string? path = context.Request.HttpMethod is "GET" or "HEAD" ? FindFile(context.Request.Url!.AbsolutePath) : null;
            response.StatusCode = (int)(path is null ? HttpStatusCode.NotFound : HttpStatusCode.OK);
            response.ContentType = path is null ? "text/plain" : ContentType(path);
            using Stream content = path is null ? new MemoryStream("not found"u8.ToArray()) : File.OpenRead(path);
            response.ContentLength64 = content.Length;
            if (context.Request.HttpMethod == "GET")
                await content.CopyToAsync(response.OutputStream);
            response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // The browser hung up or the file cannot be read; a broken connection is the answer in both cases.
            response.Abort();
        }
    }

    private string? FindFile(string urlPath)
    {
        string relative = Uri.UnescapeDataString(urlPath).TrimStart('/');
        if (relative.Contains('\0'))
            return null;
        string path = Path.GetFullPath(Path.Combine(_root, relative));
        if (Directory.Exists(path))
            path = Path.Combine(path, "index.html");
        return path.StartsWith(_root, StringComparison.Ordinal) && File.Exists(path) ? path : null;
    }

    private static string ContentType(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".html" or ".htm" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".json" or ".map" => "application/json",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".ico" => "image/x-icon",
        ".woff" => "font/woff",
        ".woff2" => "font/woff2",
        ".ttf" => "font/ttf",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
