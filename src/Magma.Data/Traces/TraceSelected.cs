using Magma.Vision;

namespace Magma.Data;

/// <summary>How the selection of traces ended. Only the first gives marks that move.</summary>
public enum TraceOutcome
{
    /// <summary>Foreground and background marks were chosen.</summary>
    Traces,

    /// <summary>The draw said to stop after the first question.</summary>
    SemanticsOnly,

    /// <summary>Fewer than two frames: there is no motion. The reference crashes.</summary>
    TooShort,

    /// <summary>A coordinate is not a number. The reference's clustering would run forever.</summary>
    NotFinite,

    /// <summary>Too few points are seen in more than half of the steps.</summary>
    TooFewSeen,

    /// <summary>Too few points move once camera motion is removed. The reference's demo crashes when none does.</summary>
    TooFewMoving,

    /// <summary>Every point moves: there is no background. The reference's demo crashes.</summary>
    NothingStill,

    /// <summary>Clustering did not come to rest within the allowed rounds. The reference would run on.</summary>
    ClusteringUnsettled,
}

/// <summary>A numbered mark and the path of the point that it stands on.</summary>
/// <param name="Number">From 1, a permutation over positive and negative marks together.</param>
/// <param name="IsPositive">Whether the mark is in the foreground, so that the answer should move it.</param>
/// <param name="Track">The number of the point among those tracked.</param>
/// <param name="Path">
/// Where the point goes, in pixels of the frame that the marks are drawn on; camera motion removed when there was some.
/// </param>
public sealed record TraceMark(int Number, bool IsPositive, int Track, TracePoint[] Path)
{
    /// <summary>Where the mark is drawn, in pixels.</summary>
    public TracePoint Start => Path[0];
}

/// <summary>What the selection of traces hands to the text and the drawing.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Size">The picture that all positions lie in.</param>
/// <param name="StartStep">The frame of the window that the marks are drawn on.</param>
/// <param name="FutureSteps">Steps from <paramref name="StartStep"/> on, that one included.</param>
/// <param name="Marks">
/// Positive marks, then negative ones, each in the order of their points. With any other outcome than <see cref="TraceOutcome.Traces"/>
/// these are marks at random places for a Set-of-Mark question, or none.
/// </param>
public sealed record TraceSelected(TraceOutcome Outcome, PixelSize Size, int StartStep, int FutureSteps, IReadOnlyList<TraceMark> Marks);
