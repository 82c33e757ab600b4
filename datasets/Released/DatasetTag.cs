namespace Magma.Datasets.Released;

/// <summary>The data set that a file of the released training lists belongs to, told by its path as the reference's loader does.</summary>
public static class DatasetTag
{
    // In this order: the first that fits wins, so a folder further up may decide. Of two names all must be there.
    private static readonly (string Tag, string[] Names)[] Rules =
    [
        ("sthv2", ["sthv2"]), ("exoego4d", ["exoego4d"]), ("ego4d", ["ego4d"]), ("aitw", ["aitw"]), ("seeclick_ocr", ["seeclick", "ocr"]),
        ("seeclick", ["seeclick"]), ("mind2web", ["mind2web"]), ("vision2ui", ["vision2ui"]), ("llava", ["llava"]), ("magma", ["magma"]),
        ("sharegpt4v", ["sharegpt4v"]),
    ];

    /// <summary>All tags.</summary>
    public static IReadOnlyList<string> All { get; } = ["epic", "openx", "openx_magma", .. Rules.Select(rule => rule.Tag)];

    /// <summary>The tag of a path. Open-X is known in lower case only, as in the reference.</summary>
    /// <exception cref="InvalidDataException">The path names no data set that is known.</exception>
    public static string Of(string path)
    {
        string lower = path.ToLowerInvariant();
        if (lower.Contains("epic", StringComparison.Ordinal)) return "epic";
        if (path.Contains("open-x", StringComparison.Ordinal) || path.Contains("openx", StringComparison.Ordinal))
            return path.Contains("traces", StringComparison.Ordinal) ? "openx_magma" : "openx";
        foreach ((string tag, string[] names) in Rules)
        {
            if (names.All(name => lower.Contains(name, StringComparison.Ordinal))) return tag;
        }

        throw new InvalidDataException($"The path '{path}' names no data set that is known: {string.Join(", ", All)}.");
    }
}
