using System.Text.Json;
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

    [Fact]
    public void Every_package_is_in_the_table_of_dependencies()
    {
        string table = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        string launcher = File.ReadAllText(Path.Combine(Repository.Root, "magma"));
        IEnumerable<string> debian = launcher.Split("debian_packages=(", 2)[1].Split(')', 2)[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> nuget = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value);
        IEnumerable<string> npm = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests", "Magma.Benchmarks", "peers"), "package.json", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "package.json"))
            .SelectMany(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("dependencies").EnumerateObject())
            .Select(dependency => dependency.Name);
        // The table writes packages of one family shorter: libopencv-core-dev, -imgproc-dev.
        Assert.All(debian.Concat(nuget).Concat(npm), package => Assert.True(
            table.Contains(package, StringComparison.Ordinal)
            || table.Contains($", {package.Replace("libopencv", string.Empty, StringComparison.Ordinal)}", StringComparison.Ordinal),
            $"docs/dependencies.md does not name {package}"));
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
