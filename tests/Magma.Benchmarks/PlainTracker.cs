using System.Diagnostics;
using System.Text.Json;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Benchmarks;

/// <summary>
/// The point tracking that everybody writes first, <c>peers/lucas_kanade.py</c>: OpenCV's pyramidal Lucas-Kanade from Python, from frame to
/// frame and back; a point goes on even when the way back disagrees.
/// </summary>
internal sealed class PlainTracker : IPointTracker, IDisposable
{
    private readonly Process _peer = PythonPeer.Open("lucas_kanade.py", "cv2", "python3-opencv");

    public string Name { get; private set; } = "python cv2";

    /// <summary>What the last call took inside the peer, without passing frames and answers.</summary>
    public double Seconds { get; private set; }

    public Tracks Track(IReadOnlyList<Image> frames, IReadOnlyList<PixelPoint> points, CancellationToken cancellation = default)
    {
        PixelSize size = frames[0].Size;
        Stream input = _peer.StandardInput.BaseStream;
        input.Write(JsonSerializer.SerializeToUtf8Bytes(new
        {
            width = size.Width,
            height = size.Height,
            frames = frames.Count,
            rounds = 1,
            threads = VisionLibrary.Threads,
            points = points.Select(point => (double[])[point.X, point.Y]),
        }));
        input.WriteByte((byte)'\n');
        foreach (Image frame in frames) input.Write(frame.Pixels);
        input.Flush();
        using JsonDocument answer = JsonDocument.Parse(
            _peer.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer ended; its words are above"));
        Seconds = answer.RootElement.GetProperty("seconds").GetDouble();
        Name = answer.RootElement.GetProperty("name").GetString()!;
        return new Tracks(
            size, frames.Count, points.Count,
            [.. answer.RootElement.GetProperty("positions").EnumerateArray().Select(value => value.GetSingle())],
            [.. answer.RootElement.GetProperty("visible").EnumerateArray().Select(value => value.GetBoolean())]);
    }

    public void Dispose()
    {
        _peer.StandardInput.Close();
        _peer.WaitForExit();
        _peer.Dispose();
    }
}
