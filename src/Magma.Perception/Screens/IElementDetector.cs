using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// Finds what can be used on a screen, and pictures, from its pixels alone, so that it can run beside text recognition. Implementations may be
/// called from several threads at once and give the same boxes for the same picture every time.
/// </summary>
public interface IElementDetector : IDisposable
{
    /// <summary>
    /// Whether its boxes stand as they are when they are merged with text: boxes that overlap stay, and so does a box inside a line of text, such as a link.
    /// Otherwise the reference's rules thin them out.
    /// </summary>
    bool IsFinal => false;

    /// <summary>Finds the elements of one screen.</summary>
    /// <param name="image">The screen; any size and density.</param>
    /// <param name="cancellationToken">Stops the work; a part of it may be finished first.</param>
    /// <returns>
    /// Boxes in pixels of <paramref name="image"/>, best confidence first, doubles already taken out. Boxes may lie in one another where things that
    /// can be used do. Empty for an empty screen.
    /// </returns>
    /// <exception cref="InvalidDataException">The picture is beyond the detector's limits; the message names them.</exception>
    IReadOnlyList<DetectedIcon> Detect(Image image, CancellationToken cancellationToken = default);
}
