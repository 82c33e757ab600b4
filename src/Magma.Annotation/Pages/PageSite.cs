using Magma.Browser;

namespace Magma.Annotation.Pages;

/// <summary>
/// The pages of a run: local files, served on loopback as one site, and addresses of the web. Other machines can be reached only where an address
/// of one was given.
/// </summary>
public sealed class PageSite : IAsyncDisposable
{
    private readonly LoopbackFolder? _served;
    private readonly HashSet<string> _local;
    private readonly string _prefix;

    private PageSite(LoopbackFolder? served, IReadOnlyList<string> names, HashSet<string> local, string prefix, bool network)
    {
        (_served, Names, _local, _prefix) = (served, names, local, prefix);
        Browser = new BrowserOptions(AllowNetwork: network);
    }

    /// <summary>Which files of a folder are taken for pages.</summary>
    public static IReadOnlySet<string> Extensions { get; } = new HashSet<string> { ".html", ".htm", ".xhtml" };

    /// <summary>The pages: paths below the common folder of all files, then addresses.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How the browser is started for these pages.</summary>
    public BrowserOptions Browser { get; }

    /// <summary>Whether an input is an address rather than a file.</summary>
    public static bool IsAddress(string input) =>
        input.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || input.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Serves files and takes up addresses.</summary>
    /// <param name="files">The local pages; null for none.</param>
    /// <param name="addresses">Pages of the web.</param>
    /// <param name="root">The folder that the files refer to with absolute and upward paths; their common folder when null.</param>
    /// <exception cref="InvalidDataException">A file lies outside the root, or an address is none.</exception>
    /// <exception cref="IOException">The folder cannot be served.</exception>
    public static PageSite Open(InputFiles? files, IReadOnlyList<string> addresses, string? root = null)
    {
        foreach (string address in addresses)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out _)) throw new InvalidDataException($"'{address}' is no address.");
        }

        bool network = addresses.Any(address => !new Uri(address).IsLoopback);
        if (files is null) return new PageSite(null, [.. addresses.Distinct()], [], "", network);
        string site = root is null ? files.Root : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!InputFiles.IsBelow(files.Root, site))
        {
            throw new InvalidDataException($"The pages in {files.Root} lie outside the site {site}: give a folder above all of them.");
        }

        string prefix = files.Root == site ? "" : Path.GetRelativePath(site, files.Root).Replace('\\', '/') + "/";
        return new PageSite(LoopbackFolder.Serve(site), [.. files.Names, .. addresses.Distinct()], [.. files.Names], prefix, network);
    }

    /// <summary>Where the browser finds a page.</summary>
    public string AddressOf(string name) => _local.Contains(name)
        ? _served!.Address.AbsoluteUri + string.Join('/', (_prefix + name).Split('/').Select(Uri.EscapeDataString))
        : name;

    /// <summary>A text without the address that the files are served at, which differs from run to run.</summary>
    public string Unserved(string text) => _served is null ? text : text.Replace(_served.Address.AbsoluteUri, "");

    /// <summary>Ends serving.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_served is not null) await _served.DisposeAsync();
    }
}
