namespace Magma.Perception;

/// <summary>
/// Which changes of a video begin a scene, as PySceneDetect decides it since version 0.6.4 (<c>ContentDetector</c> with its default flash
/// filter, "merge"): a change at least <see cref="ShortestScene"/> frames after the last change, or after the start, does. One that comes sooner
/// opens a stretch of merged changes, once a scene was begun: in it nothing begins until a change that is at least as far behind the
/// stretch's first is followed by as many frames without one; the scene then begins with that last change. A stretch that the video's end
/// leaves open begins nothing. Frames are counted, not timed.
/// </summary>
public sealed class SceneCuts
{
    /// <summary>PySceneDetect's <c>min_scene_len</c>, in frames.</summary>
    public const int ShortestScene = 15;

    private long _taken;
    private long _lastChange;
    private long? _mergedFrom;
    private bool _hasBegun;

    /// <summary>
    /// The first frame, from 0, of which it is not known yet whether a scene begins with it; the number of frames taken where all is known.
    /// At most <see cref="ShortestScene"/> frames are open.
    /// </summary>
    public long FirstOpen => MayBegin() ? _lastChange : _taken;

    /// <summary>Takes the next frame.</summary>
    /// <param name="isChanged">Whether it differs from the one before by <see cref="ContentChange.Threshold"/> or more; not asked of the first.</param>
    /// <returns>The frame, this or an earlier one, with which a scene is now known to begin; null for none.</returns>
    public long? Take(bool isChanged)
    {
        long frame = _taken++;
        bool isFar = frame - _lastChange >= ShortestScene;
        if (isChanged) _lastChange = frame;
        if (_mergedFrom is not null)
        {
            if (isChanged || !isFar || !MayBegin()) return null;
            _mergedFrom = null;
            return _lastChange;
        }

        if (!isChanged) return null;
        if (isFar)
        {
            _hasBegun = true;
            return frame;
        }

        if (_hasBegun) _mergedFrom = frame;
        return null;
    }

    private bool MayBegin() => _lastChange - _mergedFrom >= ShortestScene;
}
