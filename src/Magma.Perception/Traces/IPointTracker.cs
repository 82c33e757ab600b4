using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Follows points through the frames of one window. An implementation keeps nothing from one window to the next, so memory does not grow
/// with the length of a video. Safe for use from several threads at once.
/// </summary>
public interface IPointTracker
{
    /// <summary>What tracked, with its settings, as it is written into manifests.</summary>
    string Name { get; }

    /// <summary>What binds whoever uses the labels that it makes, as it is written into manifests; null when nothing does.</summary>
    string? Licence => null;

    /// <summary>Follows points from the first frame through all others.</summary>
    /// <param name="frames">T frames of one size, at least one.</param>
    /// <param name="points">Where the points are in the first frame, in pixels.</param>
    /// <param name="cancellation">Stops between two frames.</param>
    /// <returns>
    /// T steps of these points in this order. A point that is hidden or lost is not visible from then on or for a while, and its position
    /// is a guess.
    /// </returns>
    /// <exception cref="ArgumentException">There is no frame, or the frames differ in size.</exception>
    Tracks Track(IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, CancellationToken cancellation = default);
}
