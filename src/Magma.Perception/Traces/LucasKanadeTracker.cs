using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// The default tracker, which needs no weights: pyramidal Lucas-Kanade from frame to frame with a forward-backward check
/// (Kalal, Mikolajczyk, Matas 2010), and a look at the few pixels around each point, which settles whether it went with the flow of its
/// surroundings or, beside a moving thing, with one of its neighbours, and whether something came in front. A lost point stays lost for the
/// rest of the window and is carried on by the points that moved like it: a track ends, it never jumps.
/// </summary>
/// <param name="options">Settings of the flow; null for the defaults.</param>
/// <param name="returnError">How far from its start a point may come back, in pixels.</param>
public sealed class LucasKanadeTracker(FlowOptions? options = null, double returnError = 1) : IPointTracker
{
    private readonly FlowOptions _options = options ?? FlowOptions.Default;

    /// <inheritdoc/>
    public string Name => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"lucas-kanade (window {_options.Window}, {_options.Levels} levels, return error {returnError} px)");

    /// <inheritdoc/>
    public Tracks Track(IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, CancellationToken cancellation = default) =>
        FollowedPoints.Through(
            frames, points, _options, returnError, (from, to, starts) => OpticalFlow.Track(from, to, starts), cancellation);
}
