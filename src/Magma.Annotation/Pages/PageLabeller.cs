using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Pages;

/// <summary>
/// Page to Set-of-Mark sample: capture the page in a window, mark what its document says is there, ask about it. The picture without marks lies beside
/// the sample, the whole list of elements in its member <c>page</c>.
/// </summary>
/// <param name="site">Where the pages are.</param>
/// <param name="timeout">How long a page may take to come to rest.</param>
/// <param name="seed">The run's seed, which decides what is asked.</param>
/// <param name="tasks">Which further samples are made of each page, of <see cref="PageTasks.Names"/>; none when null.</param>
public sealed class PageLabeller(PageSite site, TimeSpan timeout, long seed, IReadOnlyList<string>? tasks = null) : ILabeller
{
    private BrowserHost? _browser;

    /// <inheritdoc/>
    public IEnumerable<Sample> Label(WorkItem item, StageTimes stages, CancellationToken cancel)
    {
        PageView view = PageViews.Parse(item.Part!);
        PageCapture page = stages.Time("capture", () => Capture(item.Input, view, cancel));
        IReadOnlyList<int> chosen = PageMarks.Choose(page.Elements);
        ScreenElement[] elements = [.. chosen.Select(index => page.Elements[index].Element)];
        (IReadOnlyList<Mark> marks, SampleImage marked) = stages.Time("draw", () => Draw(page, elements));
        if (SetOfMark.ToSample(item.Key, marked, page.Size, elements, marks, seed) is not { } sample) yield break;
        sample.Metadata["source"] = new JsonObject
        {
            ["name"] = item.Input,
            ["view"] = item.Part,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(page.Screenshot)),
        };
        sample.Metadata["page"] = PageJson.Write(page, view, site.Unserved(page.Address), chosen);
        yield return sample with { Files = new Dictionary<string, ReadOnlyMemory<byte>> { [PageJson.ScreenFile] = page.Screenshot } };
        foreach (string task in tasks ?? [])
        {
            if (PageTasks.Make(task, sample, page.Elements, chosen, page.Size, seed) is { } further) yield return further;
        }
    }

    /// <summary>Ends the browser.</summary>
    public void Dispose() => Close();

    private PageCapture Capture(string name, PageView view, CancellationToken cancel)
    {
        if (_browser is { IsRunning: false }) Close();
        // A worker has a thread and a browser of its own; nothing else waits on either.
        _browser ??= BrowserHost.OpenAsync(site.Browser, cancel).GetAwaiter().GetResult();
        try
        {
            return _browser.CapturePageAsync(site.AddressOf(name), view, timeout, cancel).GetAwaiter().GetResult();
        }
        catch (IOException problem)
        {
            throw new InvalidDataException(site.Unserved(problem.Message), problem);
        }
    }

    private void Close()
    {
        _browser?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _browser = null;
    }

    private static (IReadOnlyList<Mark> Marks, SampleImage Marked) Draw(PageCapture page, ScreenElement[] elements)
    {
        using Image image = Image.Decode(page.Screenshot);
        IReadOnlyList<Mark> marks = SetOfMark.Place([.. elements.Select(element => element.Box)], image.Size);
        SetOfMark.Draw(image, marks);
        return (marks, new SampleImage(image.Encode(ImageFormat.Png), "png"));
    }
}
