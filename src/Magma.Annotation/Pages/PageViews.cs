using System.Globalization;
using System.Text.RegularExpressions;
using Magma.Browser;
using Magma.Vision;

namespace Magma.Annotation.Pages;

/// <summary>Windows as they are written on a command line and in plans: <c>1280x900</c>, <c>412x880@2</c>, <c>1280x900-dark</c>.</summary>
public static partial class PageViews
{
    /// <summary>A desktop's window, the same in dark, and a phone's.</summary>
    public static IReadOnlyList<string> Default { get; } = ["1280x900", "1280x900-dark", "412x880@2"];

    /// <summary>Reads a window: width x height in CSS pixels, then the device scale where it is not 1, then <c>-dark</c> where it is.</summary>
    /// <exception cref="InvalidDataException">The text is none, or the window is impossible.</exception>
    public static PageView Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            throw new InvalidDataException($"'{text}' is no window: width x height was expected, with @scale and -dark where wanted, such as 412x880@2-dark.");
        }

        int Side(int group) => int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int side) ? side : int.MaxValue;
        double scale = match.Groups[3].Success ? double.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture) : 1;
        var view = new PageView(new PixelSize(Side(1), Side(2)), scale, match.Groups[4].Success);
        return view.Viewport is { Width: >= 1 and <= 16384, Height: >= 1 and <= 16384 } && scale is > 0 and <= 8
            ? view
            : throw new InvalidDataException($"The window '{text}' is impossible: sides of 1 to 16384 and a scale of up to 8 were expected.");
    }

    /// <summary>A window in its shortest form; equal windows give equal texts.</summary>
    public static string Format(PageView view) => string.Create(
        CultureInfo.InvariantCulture,
        $"{view.Viewport.Width}x{view.Viewport.Height}{(view.DeviceScale == 1 ? "" : $"@{view.DeviceScale.ToString(CultureInfo.InvariantCulture)}")}{(view.Dark ? "-dark" : "")}");

    [GeneratedRegex(@"^(\d+)x(\d+)(?:@(\d+(?:\.\d+)?))?(-dark)?$")]
    private static partial Regex Pattern();
}
