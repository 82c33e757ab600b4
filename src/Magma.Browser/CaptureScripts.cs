namespace Magma.Browser;

/// <summary>The scripts of <c>Scripts/</c>, which run inside pages that are captured.</summary>
internal static class CaptureScripts
{
    /// <summary>Runs before the page's own scripts in every frame.</summary>
    public static string Prepare { get; } = Read("prepare.js");

    /// <summary>Tells after two drawn frames how much changed so far and whether everything is loaded.</summary>
    public static string Changes { get; } = Read("changes.js");

    /// <summary>Stops everything that moves.</summary>
    public static string Freeze { get; } = Read("freeze.js");

    /// <summary>Lists what can be seen.</summary>
    public static string Elements { get; } = Read("elements.js");

    /// <summary>Gives a field that was listed last a value.</summary>
    public static string Edit { get; } = Read("edit.js");

    private static string Read(string name)
    {
        using Stream stream = typeof(CaptureScripts).Assembly.GetManifestResourceStream($"Magma.Browser.Scripts.{name}")
            ?? throw new InvalidOperationException($"The script {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        // Playwright takes a text for a function only if it begins as one.
        return string.Join('\n', reader.ReadToEnd().Split('\n').SkipWhile(line => line.StartsWith("//", StringComparison.Ordinal)));
    }
}
