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
        PageInstruction? field = null;
        IReadOnlyList<PageCapture> captures = stages.Time("capture", () => Capture(item, view, Next, cancel));
        if (StepOf(item, item.Key, captures[0], view, stages) is not { } page) yield break;
        yield return page.Marked with { Files = new Dictionary<string, ReadOnlyMemory<byte>> { [PageJson.ScreenFile] = captures[0].Screenshot } };
        if (tasks is null or []) yield break;
        PageStep? filled = captures.Count > 1 ? StepOf(item, $"{item.Key}-filled", captures[1], view, stages) : null;
        foreach (Sample further in tasks.SelectMany(task => PageTasks.Make(task, page, field, filled, seed))) yield return further;

        PageEdit? Next(IReadOnlyList<PageCapture> before)
        {
            if (before.Count > 1 || !PageTasks.HaveSteps(tasks ?? [])) return null;
            IReadOnlyList<int> marks = PageMarks.Choose(before[0].Elements);
            field = PageTasks.FieldOf(before[0].Elements, marks, before[0].Size, item.Key, seed);
            return field is null ? null : new PageEdit(marks[field.Mark], field.Value!);
        }
    }

    // Null where there is nothing to ask about.
    private PageStep? StepOf(WorkItem item, string key, PageCapture page, PageView view, StageTimes stages)
    {
        IReadOnlyList<int> chosen = PageMarks.Choose(page.Elements);
        ScreenElement[] elements = [.. chosen.Select(index => page.Elements[index].Element)];
        (IReadOnlyList<Mark> marks, SampleImage marked) = stages.Time("draw", () => Draw(page, elements));
        double[] kept = [.. chosen.Select(index => PageMarks.AskedShare(page.Elements[index]))];
        if (SetOfMark.ToSample(key, marked, page.Size, elements, marks, seed, kept) is not { } sample) return null;
        sample.Metadata["source"] = new JsonObject
        {
            ["name"] = item.Input,
            ["view"] = item.Part,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(page.Screenshot)),
        };
        sample.Metadata["page"] = PageJson.Write(page, view, site.Unserved(page.Address), chosen);
        return new PageStep(sample, page.Elements, chosen, page.Size);
    }

    /// <summary>Ends the browser.</summary>
    public void Dispose() => Close();

    private IReadOnlyList<PageCapture> Capture(
        WorkItem item, PageView view, Func<IReadOnlyList<PageCapture>, PageEdit?> next, CancellationToken cancel)
    {
        if (_browser is { IsRunning: false }) Close();
        // A worker has a thread and a browser of its own; nothing else waits on either.
        _browser ??= BrowserHost.OpenAsync(site.Browser, cancel).GetAwaiter().GetResult();
        try
        {
            return _browser.CaptureStepsAsync(site.AddressOf(item.Input), next, view, timeout, cancel).GetAwaiter().GetResult();
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
