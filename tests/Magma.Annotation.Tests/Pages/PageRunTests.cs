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
    public async Task Further_tasks_are_steps_that_follow_one_another_on_pages_that_show_what_was_done()
    {
        using var folder = new TemporaryFolder();
        MakePages(folder["in"]);
        await using PageSite site = PageSite.Open(InputFiles.Find([folder["in"]], PageSite.Extensions), []);
        Execute(site, folder["one"], tasks: PageTasks.Names);
        Execute(site, folder["two"], workers: 2, tasks: PageTasks.Names);

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["two"]));
        Dictionary<string, Sample> samples = Directory.EnumerateFiles(folder["one", "shards"], "*.tar").SelectMany(ShardReader.Read)
            .ToDictionary(sample => sample.Key);
        // The page with a field gives two steps for the web and three for a phone; the one without gives one each.
        Assert.Equal(2 * (8 + 5), samples.Count);
        Assert.Contains("I need to click a button to \"", QuestionOf("00000000-instructions"));

        UiAction typed = UiAction.Parse(AnswerOf("00000000-mind2web")), clicked = UiAction.Parse(AnswerOf("00000000-mind2web-1"));
        Assert.Equal((UiActionKind.Type, UiActionKind.Click), (typed.Kind, clicked.Kind));
        Assert.DoesNotContain("previous actions you have taken", QuestionOf("00000000-mind2web"));
        Assert.Contains($"The previous actions you have taken: \n\n[searchbox] Search -> TYPE: {typed.Value}\nFor your", QuestionOf("00000000-mind2web-1"));
        Assert.Contains(", then ", QuestionOf("00000000-mind2web"));
        JsonArray shown = samples["00000000-mind2web-1"].Metadata["elements"]!.AsArray();
        Assert.Contains(shown, element => element!["text"]?.GetValue<string>() == typed.Value);
        Assert.Equal("Save", shown[clicked.Mark!.Value]!["text"]!.GetValue<string>());

        AndroidAction.TapMark tap = Assert.IsType<AndroidAction.TapMark>(AndroidAction.Parse(AnswerOf("00000000-aitw")));
        AndroidAction.TypeText text = Assert.IsType<AndroidAction.TypeText>(AndroidAction.Parse(AnswerOf("00000000-aitw-1")));
        Assert.Equal(new AndroidAction.Navigate("ENTER"), AndroidAction.Parse(AnswerOf("00000000-aitw-2")));
        Assert.Contains($"Previous actions:\n{tap.Format()}\n{text.Format()}\nDetermine your next action (Step 2)", QuestionOf("00000000-aitw-2"));
        Assert.IsType<AndroidAction.TapMark>(AndroidAction.Parse(AnswerOf("00000002-aitw")));
        Assert.False(AndroidAction.Parse(AnswerOf("00000002-aitw-device")) is AndroidAction.TapMark or AndroidAction.TypeText);

        string QuestionOf(string key) => samples[key].Conversation.Turns[0].Question;
        string AnswerOf(string key) => samples[key].Conversation.Turns[0].Answer;
    }

    [Fact]
    public void Everything_that_a_phone_can_be_told_comes_up()
    {
        PageElement off = Element(new(10, 40, 60, 60), "button", "button", null, interactable: false) with { Name = "Not now" };
        PageElement field = Element(new(10, 10, 60, 30), "input", "textbox", null) with
        {
            Element = new ScreenElement(new(10, 10, 60, 30), null, ElementKind.Input, true, ElementSource.Dom, 1),
            Name = "City",
            InputType = "text",
            Value = "",
        };
        var page = new PageStep(
            new Sample("k", [new SampleImage(new byte[] { 1 }, "png")], new Conversation([new Turn("q", "a")]), new JsonObject()), [field, off], [0, 1], new PixelSize(100, 100));
        PageInstruction typed = PageTasks.FieldOf(page.Elements, page.Marks, page.Size, "k", 1)!;

        AndroidAction[] all =
        [
            .. Enumerable.Range(0, 200).SelectMany(seed => PageTasks.Make(PageTasks.Android, page, typed, page, seed))
                .Select(sample => AndroidAction.Parse(sample.Conversation.Turns[0].Answer)).Distinct(),
        ];

        Assert.Equivalent(
            new AndroidAction[]
            {
                new AndroidAction.TapMark(0), new AndroidAction.TypeText(typed.Value!), new AndroidAction.SetStatus("COMPLETE"),
                new AndroidAction.SetStatus("IMPOSSIBLE"), new AndroidAction.Swipe("UP"), new AndroidAction.Swipe("DOWN"), new AndroidAction.Swipe("LEFT"),
                new AndroidAction.Swipe("RIGHT"), new AndroidAction.Navigate("BACK"), new AndroidAction.Navigate("HOME"),
            }.Select(action => action.Format()).Order(),
            all.Select(action => action.Format()).Order(), strict: true);
    }

    [Theory]
    [InlineData("h1", 0.5)]
    [InlineData("h2", 0.5)]
    [InlineData("h3", 0.1)]
    [InlineData("a", 0.5)]
    [InlineData("button", 0.5)]
    [InlineData("option", 0.5)]
    [InlineData("nav", 0.5)]
    [InlineData("input", 1.0)]
    [InlineData("p", 0.1)]
    public void Elements_are_asked_about_as_often_as_the_paper_says_for_their_tag(string tag, double share) =>
        Assert.Equal(share, PageMarks.AskedShare(Element(new(0, 0, 10, 10), tag, "", null)));

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
        PageElement link = Element(new(10, 10, 60, 30), "a", "link", null) with { Parts = [new(10, 10, 60, 30), new(0, 30, 20, 50)], Options = ["x"] };
        var page = new PageCapture([], new PixelSize(100, 100), [link], "a", "t", true, true);

        PageElement read = Assert.Single(PageJson.ReadElements(PageJson.Write(page, PageView.Desktop, "a", [0])));

        Assert.Equal(link.Parts, read.Parts);
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
