using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Evaluation;

/// <summary>How many of something were to be found, were found, and were found wrongly.</summary>
/// <param name="Truth">How many there are.</param>
/// <param name="Found">How many of them were found.</param>
/// <param name="False">How many boxes are on nothing.</param>
public readonly record struct ScreenCount(int Truth, int Found, int False)
{
    /// <summary>Share of the truth that was found; not a number where there is none.</summary>
    public double Recall => (double)Found / Truth;

    /// <summary>Share of the boxes that found something that counts; not a number where none is on nothing, as in rows of kinds.</summary>
    public double Precision => False == 0 ? double.NaN : (double)Found / (Found + False);

    /// <summary>Both together.</summary>
    public static ScreenCount operator +(ScreenCount a, ScreenCount b) => new(a.Truth + b.Truth, a.Found + b.Found, a.False + b.False);
}

/// <summary>Counts of one or many screens by one way of matching: <c>all</c>, then kinds, sizes and inline links.</summary>
public sealed class ScreenScore
{
    private readonly Dictionary<string, ScreenCount> _rows = [];

    /// <summary>Name of the row of everything that must be found.</summary>
    public const string All = "all";

    /// <summary>Rows in the order of reports. A box on nothing has a size but no kind: rows of kinds have no precision.</summary>
    public IEnumerable<(string Name, ScreenCount Count)> Rows =>
        _rows.OrderBy(row => row.Key != All).ThenBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value));

    /// <summary>How many boxes count neither as found nor as false, because they lie on something optional.</summary>
    public int Open { get; private set; }

    /// <summary>The count of a row; zeros where nothing was counted in it.</summary>
    public ScreenCount this[string name] => _rows.GetValueOrDefault(name);

    /// <summary>Adds a screen.</summary>
    /// <param name="truth">What is there.</param>
    /// <param name="found">What the parser takes for interactable.</param>
    /// <param name="match">Which belong together.</param>
    /// <param name="scale">Pixels of the picture per CSS pixel: sizes are told in CSS pixels.</param>
    public void Add(IReadOnlyList<TruthElement> truth, IReadOnlyList<ScreenElement> found, ScreenMatch match, double scale)
    {
        for (int index = 0; index < truth.Count; index++)
        {
            TruthElement element = truth[index];
            var count = new ScreenCount(1, match.OfTruth[index] is null ? 0 : 1, 0);
            if (element.Demand == TruthDemand.InlineLink) Add("inline link (optional)", count);
            if (element.Optional) continue;
            Add(All, count);
            Add($"kind {element.Kind.ToString().ToLowerInvariant()}", count);
            Add(SizeOf(element.Box, scale), count);
        }

        Open += match.Open;
        foreach (int index in match.False)
        {
            var count = new ScreenCount(0, 0, 1);
            Add(All, count);
            Add(SizeOf(found[index].Box, scale), count);
        }
    }

    /// <summary>Adds the counts of other screens.</summary>
    public void Add(ScreenScore other)
    {
        foreach ((string name, ScreenCount count) in other._rows) Add(name, count);
        Open += other.Open;
    }

    private void Add(string name, ScreenCount count) => _rows[name] = _rows.GetValueOrDefault(name) + count;

    private static string SizeOf(PixelBox box, double scale) => (Math.Min(box.Width, box.Height) / scale) switch
    {
        < 20 => "size under 20 px",
        < 40 => "size 20 to 40 px",
        _ => "size over 40 px",
    };
}
