namespace Magma.Vision;

/// <summary>What the header of a video claims. The file may hold fewer frames than it claims, or more.</summary>
/// <param name="Path">The file.</param>
/// <param name="Size">Columns and rows as shown, in pixels, after the rotation; frames are read upright.</param>
/// <param name="Rotation">Degrees, clockwise, by which stored frames are turned for showing: 0, 90, 180 or 270.</param>
/// <param name="FrameRate">Mean frames a second.</param>
/// <param name="NominalRate">The rate at which all times of frames fall on whole frames; above the mean where the rate varies.</param>
/// <param name="Duration">Length; null when the header does not say.</param>
/// <param name="FrameCount">Number of frames; null when the header does not say.</param>
/// <param name="Codec">ffmpeg's name of the codec, such as <c>h264</c>.</param>
/// <param name="Container">ffmpeg's name of the file format, such as <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</param>
public sealed record VideoInfo(
    string Path,
    PixelSize Size,
    int Rotation,
    FrameRate FrameRate,
    FrameRate NominalRate,
    TimeSpan? Duration,
    long? FrameCount,
    string Codec,
    string Container);
