using System.CommandLine;
using System.Text;
using Magma.Data;
using Magma.Training.Pages;

namespace Magma.Cli;

/// <summary><c>magma dataset pages</c>: made pages, to be captured as training data of the element detector.</summary>
internal static class DatasetPagesCommand
{
    private const int MostPages = 100_000;

    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder for the HTML files.", Required = true };
        var count = new Option<int>("--count") { Description = "How many pages.", DefaultValueFactory = _ => 100 };
        var first = new Option<int>("--first") { Description = "Number of the first page, to make further ones of the same seed." };
        var seed = new Option<long>("--seed") { Description = "Decides about all pages." };
        var command = new Command("pages", "Make HTML pages with varied themes, languages and parts, as training data of the element detector.")
        {
            output, count, first, seed,
        };
        command.SetAction(arguments =>
        {
            int pages = AnnotateOptions.InRange("--count", arguments.GetValue(count), 1, MostPages);
            int from = AnnotateOptions.InRange("--first", arguments.GetValue(first), 0, MostPages);
            string folder = arguments.GetRequiredValue(output).FullName;
            Directory.CreateDirectory(folder);
            for (int page = from; page < from + pages; page++)
            {
                string html = PageGenerator.Make(arguments.GetValue(seed), page);
                AtomicFile.WriteAllBytes(Path.Combine(folder, $"page-{page:D5}.html"), Encoding.UTF8.GetBytes(html));
            }

            Console.WriteLine($"{pages} pages: {folder}");
            return CommandLine.Success;
        });
        return command;
    }
}
