using System.IO.Enumeration;

namespace Magma.Annotation;

/// <summary>The inputs of a run, as files below the deepest folder that holds them all.</summary>
/// <param name="Root">That folder, as a full path.</param>
/// <param name="Names">Paths below it with <c>/</c>, sorted by code unit, each once.</param>
public sealed record InputFiles(string Root, IReadOnlyList<string> Names)
{
    /// <summary>Where an input lies on this machine.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Finds the inputs that a command line names.</summary>
    /// <param name="arguments">
    /// Files (taken whatever they are called), folders (searched with all below; names that begin with a dot and links to folders are left
    /// out) and patterns with <c>*</c>, <c>?</c> and <c>**</c> (any folders).
    /// </param>
    /// <param name="extensions">Which files of a folder are inputs, with dots, in lower case.</param>
    /// <exception cref="InvalidDataException">An argument names nothing, or there is no input at all.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static InputFiles Find(IReadOnlyList<string> arguments, IReadOnlySet<string> extensions)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        var folders = new List<string>();
        foreach (string argument in arguments)
        {
            string full = Path.GetFullPath(argument);
            if (Directory.Exists(full))
            {
                folders.Add(full);
                paths.UnionWith(Below(full, extensions));
            }
            else if (File.Exists(full))
            {
                paths.Add(full);
            }
            else if (argument.AsSpan().ContainsAny('*', '?'))
            {
                string[] matches = [.. Match(full, extensions)];
                if (matches.Length == 0) throw new InvalidDataException($"No file matches '{argument}'.");
                paths.UnionWith(matches);
            }
            else
            {
                throw new InvalidDataException($"There is no file or folder '{argument}'.");
            }
        }

        if (paths.Count == 0)
        {
            throw new InvalidDataException($"There is nothing to label in {string.Join(", ", arguments)}: files ending in "
                + $"{string.Join(" ", extensions.Order(StringComparer.Ordinal))} were expected.");
        }

        // Given folders count as they are, so that one with a single subfolder still names its files by it.
        string root = CommonFolder([.. folders, .. paths.Where(path => !folders.Any(folder => IsBelow(path, folder)))
            .Select(path => Path.GetDirectoryName(path)!)]);
        return new InputFiles(root, [.. paths.Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))]);
    }

    /// <summary>Whether a path lies in a folder, at any depth, or is the folder itself.</summary>
    public static bool IsBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder.EndsWith(Path.DirectorySeparatorChar) ? folder : folder + Path.DirectorySeparatorChar);

    private static IEnumerable<string> Below(string folder, IReadOnlySet<string> extensions) => new FileSystemEnumerable<string>(
        folder, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = false,
            AttributesToSkip = FileAttributes.None,
        })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !entry.FileName.StartsWith('.')
            && extensions.Contains(Path.GetExtension(entry.FileName).ToString().ToLowerInvariant()),
        ShouldRecursePredicate = (ref FileSystemEntry entry) =>
            !entry.FileName.StartsWith('.') && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };

    private static IEnumerable<string> Match(string pattern, IReadOnlySet<string> extensions)
    {
        string[] parts = pattern.Split('/');
        int fixedParts = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        string start = string.Join('/', parts[..fixedParts]);
        return MatchIn(start.Length == 0 ? "/" : start, parts.AsMemory(fixedParts), extensions);
    }

    private static IEnumerable<string> MatchIn(string folder, ReadOnlyMemory<string> parts, IReadOnlySet<string> extensions)
    {
        if (!Directory.Exists(folder)) return [];
        string part = parts.Span[0];
        ReadOnlyMemory<string> rest = parts[1..];
        if (part == "**")
        {
            IEnumerable<string> here = rest.IsEmpty ? Below(folder, extensions) : MatchIn(folder, rest, extensions);
            return rest.IsEmpty ? here : here.Concat(Named(Directory.EnumerateDirectories(folder), "*")
                .Where(below => (File.GetAttributes(below) & FileAttributes.ReparsePoint) == 0)
                .SelectMany(below => MatchIn(below, parts, extensions)));
        }

        if (rest.IsEmpty) return Named(Directory.EnumerateFiles(folder), part);
        return Named(Directory.EnumerateDirectories(folder), part).SelectMany(below => MatchIn(below, rest, extensions));
    }

    private static IEnumerable<string> Named(IEnumerable<string> paths, string pattern) => paths.Where(path =>
        (pattern.StartsWith('.') || !Path.GetFileName(path.AsSpan()).StartsWith('.'))
        && FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path.AsSpan()), ignoreCase: false));

    private static string CommonFolder(IReadOnlyList<string> folders)
    {
        string common = folders[0];
        while (!folders.All(folder => IsBelow(folder, common))) common = Path.GetDirectoryName(common)!;
        return common;
    }
}
