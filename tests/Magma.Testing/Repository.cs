namespace Magma.Testing;

/// <summary>Where the files lie that tests read: always inside the repository.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Magma.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder below <c>tests/golden</c>.</summary>
    public static string Golden(params string[] parts) => Path.Combine([Root, "tests", "golden", .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Magma.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No Magma.sln above {AppContext.BaseDirectory}: tests run from the repository's output.");
    }
}
