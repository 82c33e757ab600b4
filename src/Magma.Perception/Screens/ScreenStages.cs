using System.Diagnostics;

namespace Magma.Perception;

/// <summary>
/// The stages of parsing a screen as activities of .NET's tracing: <c>text detection</c>, <c>text recognition</c> (tag <c>widths</c>: the columns of 48 rows
/// that each line has), <c>element detection</c>, <c>merging</c>. Costs nothing where nobody listens.
/// </summary>
public static class ScreenStages
{
    /// <summary>The source's name, for an <see cref="ActivityListener"/>.</summary>
    public const string SourceName = "Magma.Perception.Screens";

    internal static ActivitySource Source { get; } = new(SourceName);
}
