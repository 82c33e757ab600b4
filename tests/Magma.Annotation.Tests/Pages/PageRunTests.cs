using System.Text.Json.Nodes;
using Magma.Annotation.Pages;
using Magma.Browser;
using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Annotation.Tests.Pages;

public sealed class PageRunTests
{
    private static readonly string[] Views = ["640x480", "320x480@2-dark"];

    [Fact]
    public async Task Pages_become_the_same_bytes_with_any_number_of_workers_and_after_a_stop()
    {
        using var folder = new TemporaryFolder();
        MakePages(folder["in"]);
        await using PageSite site = PageSite.Open(InputFiles.Find([folder["in"]], PageSite.Extensions), []);
        Execute(site, folder["one"], workers: 1);
        Execute(site, folder["two"], workers: 2);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Execute(
            site, folder["stopped"], progress: progress => { if (progress.Done == 2) stop.Cancel(); }, cancel: stop.Token));

        Execute(site, folder["stopped"], resume: true);

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["two"]));
        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["stopped"]));
    }

    [Fact]
    public async Task A_sample_has_the_screen_without_marks_and_every_element()
    {
        using var folder = new TemporaryFolder();
        MakePages(folder["in"]);
        await using PageSite site = PageSite.Open(InputFiles.Find([folder["in"]], PageSite.Extensions), []);
        RunResult result = Execute(site, folder["out"]);

        Sample[] samples = [.. result.Manifest!.Shards.SelectMany(shard => ShardReader.Read(folder["out", "shards", shard.Name]))];

        Assert.Equal(4, samples.Length);
        Assert.Equal(new PixelSize(640, 960), ImageInfo.Read(samples[1].Files[PageJson.ScreenFile].Span).Size);
        JsonObject page = samples[0].Metadata["page"]!.AsObject();
        Assert.Equal("a.html", page["address"]!.GetValue<string>());
        IReadOnlyList<PageElement> elements = PageJson.ReadElements(page);
        Assert.Contains(elements, one => one is { Tag: "button", Element: { Text: "Save", Interactable: true } });
        Assert.Contains(elements, one => one is { InputType: "search", Name: "Search", Value: "cats" });
        Assert.All(samples, sample => Assert.Contains("input_to_", sample.Metadata["tasks"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_page_that_cannot_be_opened_is_recorded_and_the_run_goes_on()
    {
        using var folder = new TemporaryFolder();
        MakePages(folder["in"]);
        await using PageSite site = PageSite.Open(InputFiles.Find([folder["in"]], PageSite.Extensions), ["http://127.0.0.1:9/gone.html"]);

        RunResult result = Execute(site, folder["out"]);

        Assert.Equal((4, 2), (result.Progress.Samples, result.Progress.Failed));
        string errors = File.ReadAllText(folder["out", "errors.jsonl"]);
        Assert.Contains("gone.html", errors);
        Assert.Contains("\"kind\":\"input\"", errors);
    }

    [Fact]
    public async Task Further_tasks_speak_of_one_element_each_and_answer_with_its_mark()
    {
        using var folder = new TemporaryFolder();
        MakePages(folder["in"]);
        await using PageSite site = PageSite.Open(InputFiles.Find([folder["in"]], PageSite.Extensions), []);
        Execute(site, folder["one"], tasks: PageTasks.Names);
        Execute(site, folder["two"], workers: 2, tasks: PageTasks.Names);

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["two"]));
        Dictionary<string, Sample> samples = Directory.EnumerateFiles(folder["one", "shards"], "*.tar").SelectMany(ShardReader.Read)
            .ToDictionary(sample => sample.Key);
        Assert.Equal(16, samples.Count);
        UiAction step = UiAction.Parse(samples["00000000-mind2web"].Conversation.Turns[0].Answer);
        Assert.True(step.Mark < samples["00000000"].Metadata["elements"]!.AsArray().Count);
        Assert.IsType<AndroidAction.TapMark>(AndroidAction.Parse(samples["00000001-aitw"].Conversation.Turns[0].Answer));
        Assert.Contains("I need to click a button to \"", samples["00000000-instructions"].Conversation.Turns[0].Question);
    }

    [Fact]
    public void Elements_with_one_name_are_told_apart_by_place_or_number()
    {
        PageElement[] elements =
        [
            Element(new(10, 10, 60, 30), "button", "button", null), Element(new(70, 10, 120, 30), "button", "button", null),
            Element(new(10, 700, 60, 730), "button", "button", null),
        ];

        string[] told = [.. PageInstructions.Of(elements, [0, 1, 2], new PixelSize(1000, 800), new KeyedRandom(1, "k"), 9)
            .OrderBy(one => one.Mark).Select(one => one.Text)];

        Assert.Contains("first “x” button", told[0]);
        Assert.Contains("second “x” button", told[1]);
        Assert.Contains("“x” button at the bottom left", told[2]);
    }

    [Fact]
    public void In_a_list_something_else_than_what_is_chosen_is_to_be_chosen()
    {
        PageElement list = Element(new(10, 10, 60, 30), "select", "combobox", null) with { Value = "Small", Options = ["Small", "Large"] };

        PageInstruction step = Assert.Single(PageInstructions.Of([list], [0], new PixelSize(1000, 800), new KeyedRandom(1, "k"), 9));

        Assert.Equal((UiActionKind.Select, "Large"), (step.Kind, step.Value));
        Assert.Contains("“Large”", step.Text);
        Assert.Contains("list", step.Text);
    }

    [Fact]
    public void Lines_and_options_come_back_from_the_file()
    {
        PageElement link = Element(new(10, 10, 60, 30), "a", "link", null) with { Lines = [new(10, 10, 60, 30), new(0, 30, 20, 50)], Options = ["x"] };
        var page = new PageCapture([], new PixelSize(100, 100), [link], "a", "t", true, true);

        PageElement read = Assert.Single(PageJson.ReadElements(PageJson.Write(page, PageView.Desktop, "a", [0])));

        Assert.Equal(link.Lines, read.Lines);
        Assert.Equal(link.Options, read.Options);
    }

    [Fact]
    public void Of_nested_elements_with_one_box_one_gets_the_mark()
    {
        var box = new PixelBox(0, 0, 100, 20);
        PageElement[] elements =
        [
            Element(box, "li", "clickable", null), Element(box, "a", "link", 0), Element(new PixelBox(5, 5, 50, 15), "span", "", 1, false),
            Element(new PixelBox(0, 30, 100, 90), "a", "link", null), Element(new PixelBox(10, 40, 30, 50), "button", "button", 3),
        ];

        Assert.Equal([1, 3, 4], PageMarks.Choose(elements));
    }

    [Theory]
    [InlineData("1280x900", "1280x900")]
    [InlineData("412x880@2.50-dark", "412x880@2.5-dark")]
    [InlineData("10x10@1", "10x10")]
    public void Windows_have_one_shortest_form(string text, string shortest) => Assert.Equal(shortest, PageViews.Format(PageViews.Parse(text)));

    [Theory]
    [InlineData("1280")]
    [InlineData("0x900")]
    [InlineData("1280x900@9")]
    [InlineData("1280x99999999999")]
    public void Impossible_windows_are_refused(string text) => Assert.Contains(text, Assert.Throws<InvalidDataException>(() => PageViews.Parse(text)).Message);

    private static PageElement Element(PixelBox box, string tag, string role, int? parent, bool interactable = true) =>
        new(new ScreenElement(box, "x", ElementKind.Link, interactable, ElementSource.Dom, 1), tag, role, "x", null, null, false, parent);

    private static RunResult Execute(
        PageSite site, string output, int workers = 1, bool resume = false, Action<RunProgress>? progress = null, CancellationToken cancel = default,
        IReadOnlyList<string>? tasks = null)
    {
        var plan = new RunPlan(
            "pages", "magma test", new JsonObject(), 2, [.. site.Names.SelectMany(name => Views.Select(view => new PlannedItem(name, view)))]);
        return new AnnotationRun(
            plan, Directory.GetCurrentDirectory(), () => new PageLabeller(site, TimeSpan.FromSeconds(20), seed: 1, tasks),
            new RunOptions(output, workers, resume, RunShare.Whole)).Execute(progress, cancel);
    }

    private static void MakePages(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "a.html"), """
            <!doctype html><title>A</title><style>@media (prefers-color-scheme: dark) { body { background: #222; color: #eee } }</style>
            <h1>Settings</h1><input type=search aria-label=Search value=cats> <button>Save</button> <p id=t></p>
            <script>t.textContent = 'It is ' + new Date().toISOString() + ' ' + Math.random()</script>
            """);
        File.WriteAllText(Path.Combine(folder, "b.html"), "<!doctype html><title>B</title><p>Only <a href='a.html'>a link</a> and words.</p>");
    }
}
