using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Magma.Annotation;
using Magma.Annotation.Evaluation;
using Magma.Annotation.Pages;
using Magma.Browser;
using Magma.Cli.Demo;
using Magma.Data;
using Magma.Vision;

namespace Magma.Cli;

/// <summary>
/// <c>magma demo</c>: everything the toolkit does, once, on bundled and installed samples. Each step is the command that a user would type, run
/// in this process; the report shows what came out.
/// </summary>
internal static class DemoCommand
{
    private const string PhoneVideo = "/usr/share/forensics-samples/original-files/movie1/VID_20191220_170832.mp4";
    private const int PicturesPerSection = 6;

    private static readonly (string Name, PageView View)[] Views =
    [
        ("desktop", PageView.Desktop),
        ("phone", new PageView(new PixelSize(412, 880), DeviceScale: 2)),
    ];

    /// <param name="root">The whole command line, for the steps.</param>
    public static Command Create(RootCommand root)
    {
        var output = new Option<DirectoryInfo>("--out")
        {
            Description = "Where everything goes; made anew each time. Nothing but an earlier demo may be there.",
            DefaultValueFactory = _ => new DirectoryInfo("magma-demo"),
        };
        var command = new Command("demo", "Run the whole chain on bundled samples; ends in one HTML report.") { output };
        command.SetAction((arguments, cancellation) => Run(root, arguments.GetRequiredValue(output).FullName, cancellation));
        return command;
    }

    private static async Task<int> Run(RootCommand root, string folder, CancellationToken cancellation)
    {
        Prepare(folder);
        List<DemoSection> sections =
        [
            await Screenshots(root, folder, cancellation),
            await Pages(root, folder, cancellation),
            SceneDemo.Run(folder),
        ];
        if (File.Exists(PhoneVideo)) sections.Add(await Videos(root, folder, cancellation));
        else Console.Error.WriteLine($"The phone video of the Debian package forensics-samples-files is not there ({PhoneVideo}); its step is left out.");

        string report = DemoReport.Write(folder, CommandLine.Version, sections);
        Console.WriteLine($"Report: {new Uri(report).AbsoluteUri}");
        return CommandLine.Success;
    }

    private static async Task<DemoSection> Screenshots(RootCommand root, string folder, CancellationToken cancellation)
    {
        string screens = Path.Combine(folder, "screens");
        Directory.CreateDirectory(screens);
        string pages = Path.Combine(AppContext.BaseDirectory, "samples", "pages");
        var clock = Stopwatch.StartNew();
        string version;
        await using (BrowserHost browser = await BrowserHost.OpenAsync(cancellationToken: cancellation))
        {
            version = browser.Version;
            foreach (string page in Directory.EnumerateFiles(pages, "*.html").Order(StringComparer.Ordinal))
            {
                foreach ((string name, PageView view) in Views)
                {
                    await using BrowserPage open = await browser.OpenPageAsync(page, view, cancellationToken: cancellation);
                    string file = Path.Combine(screens, $"{Path.GetFileNameWithoutExtension(page)}-{name}.png");
                    await File.WriteAllBytesAsync(file, await open.ScreenshotAsync(), cancellation);
                }
            }
        }

        Console.Error.WriteLine($"{Directory.GetFiles(screens).Length} screenshots with Chromium {version} in {Seconds(clock.Elapsed)}");
        return await Annotated(
            root, folder, "images", screens, "Screenshots become Set-of-Mark samples",
            "Bundled pages, seen through Chromium at a desktop's and a phone's size. From the pixels alone, texts are read and controls are found, "
            + "numbered and marked; each screen becomes questions and answers that name the marks.",
            cancellation);
    }

    private static async Task<DemoSection> Pages(RootCommand root, string folder, CancellationToken cancellation)
    {
        string captured = Path.Combine(folder, "pages");
        var clock = Stopwatch.StartNew();
        string[] views = [.. Views.Select(view => PageViews.Format(view.View))];
        await Step(root, ["annotate", "pages", Path.Combine(AppContext.BaseDirectory, "samples", "pages"), "--out", captured, "--view", .. views], cancellation);
        await Step(root, ["eval", "screens", "--data", captured], cancellation);
        RunPlan plan = RunPlan.Read(Path.Combine(captured, RunPlan.FileName));
        DemoPicture[] pictures =
        [
            .. Directory.EnumerateFiles(Path.Combine(captured, "eval", ScreenReport.PictureFolder), "*.jpg").Order(StringComparer.Ordinal)
                .Take(PicturesPerSection).Select((path, index) => new DemoPicture(
                    $"pages/eval/{ScreenReport.PictureFolder}/{Path.GetFileName(path)}", $"{plan.Items[index].Input}, {plan.Items[index].Part}")),
        ];
        return new DemoSection(
            "Pages tell what the parser should have seen",
            "The same pages, captured with every visible element of their documents. Green: found in the pixels; red: missed; orange: seen where nothing can be "
            + "used; blue: as the parser saw it; grey: optional.",
            [.. ShardManifest.Read(captured).Counts.Select(Fact), ("time", Seconds(clock.Elapsed))], pictures, "pages/eval/index.html");
    }

    private static Task<DemoSection> Videos(RootCommand root, string folder, CancellationToken cancellation) => Annotated(
        root, folder, "videos", PhoneVideo, "A video becomes Trace-of-Mark samples",
        "A phone video from a Debian package. Points are followed through windows of 16 frames, the camera's own motion is removed, and what moves by "
        + "itself is told from what stands still.",
        cancellation);

    /// <summary>One annotation run, as the user would start it, and its section of the report.</summary>
    private static async Task<DemoSection> Annotated(
        RootCommand root, string folder, string kind, string input, string title, string text, CancellationToken cancellation)
    {
        string shards = Path.Combine(folder, kind);
        string[] arguments = ["annotate", kind, input, "--out", shards];
        var clock = Stopwatch.StartNew();
        await Step(root, arguments, cancellation);
        ShardManifest manifest = ShardManifest.Read(shards);
        RunPlan plan = RunPlan.Read(Path.Combine(shards, RunPlan.FileName));
        (string, string)[] facts =
        [
            .. manifest.Counts.Select(Fact),
            ("time", Seconds(clock.Elapsed)),
        ];
        DemoPicture[] pictures =
        [
            .. Directory.EnumerateFiles(Path.Combine(shards, "gallery", "pictures"), "*.jpg").Order(StringComparer.Ordinal).Take(PicturesPerSection)
                .Select(path => new DemoPicture($"{kind}/gallery/pictures/{Path.GetFileName(path)}", InputOf(plan, path))),
        ];
        return new DemoSection(title, text, facts, pictures, $"{kind}/index.html");
    }

    /// <summary>A command, as the user would type it.</summary>
    private static async Task Step(RootCommand root, string[] arguments, CancellationToken cancellation)
    {
        Console.Error.WriteLine($"$ magma {string.Join(' ', arguments)}");
        int status = await root.Parse(arguments).InvokeAsync(CommandLine.Configuration, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (status != CommandLine.Success)
            throw new InvalidDataException($"The step 'magma {arguments[0]} {arguments[1]}' ended with exit code {status}.");
    }

    private static (string, string) Fact(KeyValuePair<string, long> count) =>
        (count.Key.Replace('_', ' '), count.Value.ToString("N0", CultureInfo.InvariantCulture));

    // The key of a sample begins with its input's place in the plan.
    private static string InputOf(RunPlan plan, string picture) =>
        plan.Items[int.Parse(Path.GetFileName(picture).AsSpan(0, RunPlan.KeyOf(0).Length), CultureInfo.InvariantCulture)].Input;

    /// <summary>Empties the folder of an earlier demo; refuses one that holds anything else.</summary>
    private static void Prepare(string folder)
    {
        const string Mark = ".magma-demo";
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            if (!File.Exists(Path.Combine(folder, Mark)))
                throw new InvalidDataException($"{folder} is not empty and holds no earlier demo. Give a new or an empty folder with --out.");
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Mark), "Made by magma demo; emptied by the next one.\n");
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
