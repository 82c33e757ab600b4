namespace Magma.Cli.Parity;

/// <summary>How one tensor, line or case of a golden folder came out.</summary>
internal enum ParityOutcome
{
    Equal,
    Different,

    /// <summary>The folder asks for something that this version does not have; printed, never counted.</summary>
    NotBuilt,
}

/// <summary>Our result beside the reference's for one tensor, line or case.</summary>
/// <param name="Case">Which one, as the golden folder names it.</param>
/// <param name="Outcome">Whether it is within the bar.</param>
/// <param name="MaxAbsolute">Largest absolute error; null where the comparison is exact.</param>
/// <param name="MaxRelative">Largest relative error; null where the comparison is exact.</param>
/// <param name="Bar">The largest absolute error allowed, in words or digits.</param>
/// <param name="Note">What differs, for a person to read.</param>
internal sealed record ParityVerdict(
    string Case, ParityOutcome Outcome, double? MaxAbsolute = null, double? MaxRelative = null, string Bar = "exact", string? Note = null)
{
    public static ParityVerdict Exact(string name, bool equal, string? note = null) =>
        new(name, equal ? ParityOutcome.Equal : ParityOutcome.Different, Note: equal ? null : note);

    public static ParityVerdict Within(string name, double maxAbsolute, double maxRelative, double bar, string? note = null) =>
        new(name, maxAbsolute <= bar ? ParityOutcome.Equal : ParityOutcome.Different, maxAbsolute, maxRelative, $"{bar:g3}", note);
}
