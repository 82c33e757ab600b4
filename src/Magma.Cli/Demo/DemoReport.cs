using System.Net;
using System.Text;
using Magma.Data;

namespace Magma.Cli.Demo;

/// <summary>A picture of the report.</summary>
/// <param name="Path">The file, below the report's folder, with <c>/</c>.</param>
/// <param name="Caption">What it shows; also its text for those who cannot see it.</param>
internal sealed record DemoPicture(string Path, string Caption);

/// <summary>One step of the demo, as the report shows it.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Text">What the reader sees, in a sentence or two.</param>
/// <param name="Facts">Figures of this run: a name and a value each.</param>
/// <param name="Pictures">What came out.</param>
/// <param name="Link">A page below the report's folder that shows all of it; null for none.</param>
internal sealed record DemoSection(
    string Title, string Text, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<DemoPicture> Pictures, string? Link);

/// <summary>Writes the demo's one page: plain HTML that works from the file system and loads nothing from the network.</summary>
internal static class DemoReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1f2430; --soft: #5b6474; --line: #dfe3ea; --paper: #fbfbfd; --card: #fff; --accent: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7e9ee; --soft: #a2aab8; --line: #2d333e; --paper: #14171c; --card: #1b1f26; --accent: #ff8a80; } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "Liberation Sans", Arial, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 80px; }
        h1 { font-size: 30px; margin: 0 0 6px; } h2 { font-size: 21px; margin: 0 0 6px; }
        p { margin: 0 0 12px; color: var(--soft); max-width: 70ch; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px; margin-top: 24px; }
        dl { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 12px 0 16px; } dt { font-size: 13px; color: var(--soft); } dd { margin: 0; font-weight: 600; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 16px; }
        figure { margin: 0; } img { width: 100%; height: 230px; object-fit: cover; object-position: top left; display: block; border: 1px solid var(--line); border-radius: 6px; }
        figure:only-child { grid-column: 1 / -1; } figure:only-child img { height: auto; }
        figcaption { font-size: 14px; color: var(--soft); margin-top: 4px; }
        a { color: var(--accent); } a.more { display: inline-block; margin-top: 14px; font-weight: 600; }
        """;

    /// <summary>Writes <c>index.html</c> into a folder.</summary>
    /// <returns>The page's full path.</returns>
    public static string Write(string folder, string version, IReadOnlyList<DemoSection> sections)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append($"<title>Magma for .NET: demo report</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n");
        html.Append("<h1>Magma for .NET: demo report</h1>\n");
        html.Append($"<p>What the toolkit does today, on bundled and installed samples, made on this machine by version {Text(version)}.</p>\n");
        foreach (DemoSection section in sections) Append(html, section);
        html.Append("</main>\n</body>\n</html>\n");
        string path = Path.Combine(folder, "index.html");
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(html.ToString()));
        return path;
    }

    private static void Append(StringBuilder html, DemoSection section)
    {
        html.Append($"<section>\n<h2>{Text(section.Title)}</h2>\n<p>{Text(section.Text)}</p>\n<dl>\n");
        foreach ((string name, string value) in section.Facts) html.Append($"<div><dt>{Text(name)}</dt><dd>{Text(value)}</dd></div>\n");
        html.Append("</dl>\n<div class=\"pictures\">\n");
        foreach (DemoPicture picture in section.Pictures)
        {
            string address = Address(picture.Path);
            html.Append($"<figure><a href=\"{address}\"><img src=\"{address}\" alt=\"{Text(picture.Caption)}\" loading=\"lazy\"></a>");
            html.Append($"<figcaption>{Text(picture.Caption)}</figcaption></figure>\n");
        }

        html.Append("</div>\n");
        if (section.Link is { } link) html.Append($"<a class=\"more\" href=\"{Address(link)}\">Open the gallery</a>\n");
        html.Append("</section>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Address(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
