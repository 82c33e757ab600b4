using System.CommandLine;
using System.Text.Json.Nodes;
using Magma.Annotation;
using Magma.Annotation.Pages;
using Magma.Browser;

namespace Magma.Cli;

/// <summary><c>magma annotate pages</c>: web pages become Set-of-Mark samples whose truth is the pages' own documents.</summary>
internal static class AnnotatePagesCommand
{
    public static Command Create()
    {
        var shared = new AnnotateOptions("Pages: addresses (http, https), HTML files, folders (with all below), or patterns with * ? **.");
        var views = new Option<string[]>("--view")
        {
            Description = "Windows that each page is shown in: width x height in CSS pixels, with @ device scale and -dark where wanted.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. PageViews.Default],
        };
        var tasks = new Option<string[]>("--tasks")
        {
            Description = "Further samples of each page beside the Set-of-Mark one: instructions made from names, roles and places, answered with point "
                + "and mark, or one step as Mind2Web or AITW has it.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        tasks.AcceptOnlyFromAmong([.. PageTasks.Names]);
        var site = new Option<DirectoryInfo?>("--site")
        {
            Description = "Folder that is served as the site of local pages, where they use files above their own folder. Default: the folder of the pages.",
        };
        var timeout = new Option<double>("--timeout")
        {
            Description = "Seconds that a page may take to come to rest; then it is taken as it is.",
            DefaultValueFactory = _ => 20,
        };
        var command = new Command(
            "pages", "Show pages in Chromium and record picture and elements; mark what is there, ask about it (Set-of-Mark).")
        {
            views, tasks, site, timeout,
        };
        shared.AddTo(command);
        command.SetAction(Run);
        return command;

        async Task<int> Run(ParseResult arguments, CancellationToken cancel)
        {
            RunOptions how = shared.Run(arguments);
            string[] windows = [.. arguments.GetRequiredValue(views).Select(view => PageViews.Format(PageViews.Parse(view))).Distinct()];
            double seconds = arguments.GetValue(timeout);
            if (!(seconds is > 0 and <= 600)) throw new InvalidDataException($"--timeout {seconds} is impossible: more than 0 and at most 600 was expected.");
            string[] given = shared.Given(arguments);
            string[] local = [.. given.Where(input => !PageSite.IsAddress(input))];
            InputFiles? files = local.Length > 0 ? shared.FindInputs(arguments, local, PageSite.Extensions) : null;
            await using PageSite pages = PageSite.Open(files, [.. given.Where(PageSite.IsAddress)], arguments.GetValue(site)?.FullName);
            string version;
            await using (BrowserHost browser = await BrowserHost.OpenAsync(pages.Browser, cancel)) version = browser.Version;

            long seed = shared.Seed(arguments);
            string[] further = [.. PageTasks.Names.Where((arguments.GetValue(tasks) ?? []).Contains)];
            PlannedItem[] items = [.. pages.Names.SelectMany(page => windows.Select(window => new PlannedItem(page, window)))];
            var plan = new RunPlan(
                "pages", AnnotateOptions.Tool,
                new JsonObject
                {
                    ["seed"] = seed,
                    ["browser"] = $"Chromium {version}",
                    ["timeout"] = seconds,
                    ["tasks"] = new JsonArray([.. further]),
                },
                shared.ItemsPerShard(arguments, items.Length), items);
            var run = new AnnotationRun(
                plan, files?.Root ?? Directory.GetCurrentDirectory(), () => new PageLabeller(pages, TimeSpan.FromSeconds(seconds), seed, further), how);
            return RunDisplay.Execute(run, how, "screens", cancel);
        }
    }
}
