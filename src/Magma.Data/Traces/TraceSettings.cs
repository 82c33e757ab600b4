using System.Globalization;

namespace Magma.Data;

/// <summary>What the traces come from, which decides the words of the first question and how the caption is read.</summary>
public enum TraceSource
{
    /// <summary>Egocentric daily life; the camera always moves.</summary>
    Ego4D,

    /// <summary>Short clips of one action on objects.</summary>
    SomethingSomething,

    /// <summary>
    /// Egocentric kitchens; the camera always moves and the caption has two parts: what is seen and what should be done next.
    /// </summary>
    EpicKitchens,

    /// <summary>Narrated instruction videos: the caption is what the person says.</summary>
    HumanInstruction,

    /// <summary>Ego-exo recordings; the camera always moves.</summary>
    EgoExo4D,

    /// <summary>Robot episodes.</summary>
    Robot,
}

/// <summary>An inclusive range of cluster counts.</summary>
public readonly record struct ClusterRange(int Least, int Most)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Least} to {Most}");
}

/// <summary>
/// Every constant of Trace-of-Mark in one place. The named presets are the four places where the reference states them, which differ:
/// the paper's Algorithm 2, the demo in <c>tools/som_tom</c>, the training on videos and the training on robot episodes.
/// </summary>
public sealed record TraceSettings
{
    /// <summary>The preset's name, as given on the command line and written into manifests.</summary>
    public required string Name { get; init; }

    /// <summary>Points per side of the grid that is tracked.</summary>
    public int GridSide { get; init; } = 15;

    /// <summary>Frames of one window, the first included.</summary>
    public int WindowFrames { get; init; } = 16;

    /// <summary>The camera moves when more than <see cref="CameraShare"/> of the points move more than this, in pixels per step.</summary>
    public required double CameraThreshold { get; init; }

    /// <summary>The share of points that must move for camera motion, from 0 to 1.</summary>
    public double CameraShare { get; init; } = 0.8;

    /// <summary>Remove camera motion even when the threshold sees none.</summary>
    public bool AlwaysRemoveCamera { get; init; }

    /// <summary>How far a point may lie from where the homography puts it and still count for it, in pixels.</summary>
    public double ReprojectionError { get; init; } = 4;

    /// <summary>
    /// Estimate the camera's motion from points that are seen and belong to the background, found over the whole window, so that a large
    /// moving foreground does not pass for it. Off in the presets, which estimate from all points as the reference does.
    /// </summary>
    public bool SeparatesBackground { get; init; }

    /// <summary>A point is foreground when it moves more than this on average, in pixels per step.</summary>
    public required double ForegroundThreshold { get; init; }

    /// <summary>
    /// Measure lengths again after camera motion was removed. The demo does not, so that under a fast camera everything is foreground.
    /// </summary>
    public bool MeasuresAfterRemoval { get; init; } = true;

    /// <summary>Clusters of foreground traces, one mark each; the number is drawn from this range.</summary>
    public required ClusterRange PositiveClusters { get; init; }

    /// <summary>Whether the range of positive clusters ends at the number of foreground traces when that is smaller.</summary>
    public bool PositiveClustersUpToForeground { get; init; }

    /// <summary>Clusters of background traces; null for twice the number of positive ones, without a draw.</summary>
    public ClusterRange? NegativeClusters { get; init; }

    /// <summary>Fewest points that must be seen, and of these that must move, for a selection.</summary>
    public int FewestTracks { get; init; } = 1;

    /// <summary>Whether marks are placed at random when there is no usable motion, for a Set-of-Mark question instead.</summary>
    public bool FallsBackToSetOfMark { get; init; }

    /// <summary>Foreground marks of the fallback.</summary>
    public ClusterRange FallbackPositive { get; init; } = new(2, 5);

    /// <summary>Background marks of the fallback.</summary>
    public ClusterRange FallbackNegative { get; init; } = new(6, 14);

    /// <summary>The probability of stopping after the first question; 0 draws nothing.</summary>
    public double SemanticsOnlyProbability { get; init; }

    /// <summary>Whether the first step is drawn from the first half of the motion; otherwise it is step 0.</summary>
    public bool DrawsStart { get; init; }

    /// <summary>Rounds of k-means after which clustering is given up. The reference has no limit and can run forever.</summary>
    public int ClusteringRounds { get; init; } = 10_000;

    /// <summary>Q: coordinates are written as whole numbers of 1/Q of the picture's width and height.</summary>
    public int QuantizationGrid { get; init; } = 256;

    /// <summary>Points of a trace nearer than this to the last kept one are left out, in grid units.</summary>
    public double PointDistance { get; init; } = 2;

    /// <summary>Whether a mark needs more kept points than a quarter of the steps (rounded down).</summary>
    public bool NeedsQuarterOfSteps { get; init; }

    /// <summary>Slower marks are left out, in grid units per step; 0 for no limit.</summary>
    public double LeastSpeed { get; init; }

    /// <summary>The font grows until its digits are this share of the picture's width.</summary>
    public double MarkSize { get; init; } = 0.03;

    /// <summary>Section 3.3 and Algorithm 2 of the paper (arXiv 2502.13130): s = 15, η = 2, ε = 2.</summary>
    public static TraceSettings Paper { get; } = new()
    {
        Name = "paper",
        CameraThreshold = 2,
        ForegroundThreshold = 2,
        PositiveClusters = new(1, 5),
        PositiveClustersUpToForeground = true,
    };

    /// <summary>The released demo of marking a video (<c>tools/som_tom</c>).</summary>
    public static TraceSettings Demo { get; } = new()
    {
        Name = "demo",
        CameraThreshold = 0.5,
        ForegroundThreshold = 2,
        MeasuresAfterRemoval = false,
        PositiveClusters = new(2, 5),
        NegativeClusters = new(6, 14),
    };

    /// <summary>Training on robot episodes (<c>openx_magma</c>): 512×512 frames, traces from the first frame of a window on.</summary>
    public static TraceSettings Robot { get; } = new()
    {
        Name = "robot",
        GridSide = 32,
        CameraThreshold = 1,
        ForegroundThreshold = 1,
        PositiveClusters = new(2, 4),
        NegativeClusters = new(4, 9),
        FewestTracks = 2,
        FallsBackToSetOfMark = true,
        LeastSpeed = 1,
    };

    /// <summary>Training on videos (<c>ego4d</c>, <c>sthv2</c>, <c>epic</c>, <c>human_instruction</c>).</summary>
    public static TraceSettings Video(TraceSource source) => new()
    {
        Name = "video",
        GridSide = 32,
        CameraThreshold = 1,
        AlwaysRemoveCamera = source is TraceSource.Ego4D or TraceSource.EpicKitchens or TraceSource.EgoExo4D,
        ForegroundThreshold = 3,
        PositiveClusters = new(2, 5),
        NegativeClusters = new(6, 14),
        FewestTracks = 2,
        FallsBackToSetOfMark = true,
        SemanticsOnlyProbability = 0.2,
        DrawsStart = true,
        NeedsQuarterOfSteps = true,
        LeastSpeed = source is TraceSource.Ego4D or TraceSource.SomethingSomething ? 2 : 1,
    };
}
