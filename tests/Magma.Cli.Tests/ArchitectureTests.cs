using System.Xml.Linq;
using Magma.Testing;

namespace Magma.Cli.Tests;

/// <summary>Compares the project files and sources with the picture in docs/architecture.md.</summary>
public sealed class ArchitectureTests
{
    /// <summary>The rows of the picture, lowest first: a project may refer to projects of lower rows only.</summary>
    private static readonly string[][] Rows =
    [
        ["Magma.TorchSharp", "Magma.Vision"],
        ["Magma.Torch", "Magma.Onnx", "Magma.Data"],
        ["Magma.Datasets"],
        ["Magma.Models", "Magma.Perception", "Magma.Browser"],
        ["Magma.Agents", "Magma.Training", "Magma.Annotation"],
        ["Magma.Robotics"],
        ["Magma.Server"],
        ["Magma.Cli"],
    ];

    private static readonly string[] MayUseNativeCode =
        ["Magma.TorchSharp", "Magma.Torch", "Magma.Onnx", "Magma.Vision", "Magma.Datasets", "Magma.Robotics"];

    private static readonly string[] NeedsNoLibtorch = ["Magma.Vision", "Magma.Data", "Magma.Datasets", "Magma.Browser"];

    public static TheoryData<string> Projects()
    {
        var data = new TheoryData<string>();
        foreach (string top in new[] { "src", "datasets", "robotics" })
        {
            string folder = Path.Combine(Repository.Root, top);
            if (!Directory.Exists(folder)) continue;
            foreach (string path in Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            {
                data.Add(Path.GetRelativePath(Repository.Root, path));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_to_lower_rows_only(string project)
    {
        int row = RowOf(Path.GetFileNameWithoutExtension(project));
        foreach (string reference in ReferencesOf(project))
        {
            Assert.True(RowOf(reference) < row, $"{project} refers to {reference}, which is not below it.");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_below_the_networks_does_not_refer_to_libtorch(string project)
    {
        if (!NeedsNoLibtorch.Contains(Path.GetFileNameWithoutExtension(project))) return;
        Assert.DoesNotContain(ReferencesOf(project), reference => reference is "Magma.TorchSharp" or "Magma.Torch");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Native_imports_stay_in_one_folder_of_the_projects_that_may_have_them(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, project))!;
        foreach (string source in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(source);
            if (!text.Contains("LibraryImport(") && !text.Contains("DllImport(")) continue;
            Assert.Contains(name, MayUseNativeCode);
            Assert.Contains("Native", Path.GetRelativePath(folder, source).Split(Path.DirectorySeparatorChar));
        }
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static int RowOf(string project)
    {
        int row = Array.FindIndex(Rows, names => names.Contains(project));
        return row >= 0 ? row : throw new InvalidOperationException($"{project} has no place in the picture of docs/architecture.md.");
    }
}
