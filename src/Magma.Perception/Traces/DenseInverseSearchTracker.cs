using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Follows points by the flow of all pixels (<see cref="OpticalFlow.TrackDense"/>), with the same checks and the same ends of tracks as
/// <see cref="LucasKanadeTracker"/>. For videos of bare surfaces; slower, for it computes the whole picture's flow twice a frame.
/// Tracks repeat to the bit only with <see cref="VisionLibrary.Threads"/> at 1.
/// </summary>
/// <param name="returnError">How far from its start a point may come back, in pixels.</param>
public sealed class DenseInverseSearchTracker(double returnError = 1) : IPointTracker
{
    /// <inheritdoc/>
    public string Name => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"dense-inverse-search (medium, return error {returnError} px)");

    /// <inheritdoc/>
    public Tracks Track(IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, CancellationToken cancellation = default) =>
        FollowedPoints.Through(
            frames, points, FlowOptions.Default, returnError, (from, to, starts) => OpticalFlow.TrackDense(from, to, starts), cancellation);
}
