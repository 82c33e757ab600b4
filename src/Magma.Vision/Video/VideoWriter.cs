using System.Globalization;

namespace Magma.Vision;

/// <summary>
/// Writes pictures as an H.264 video in an MP4 file that browsers play. The file appears, whole, with <see cref="Finish"/>; a writer that
/// is disposed of before leaves nothing. The same pictures and settings give the same bytes.
/// </summary>
public sealed class VideoWriter : IDisposable
{
    private readonly FfmpegProcess _ffmpeg;
    private readonly string _path;
    private readonly string _temporary;
    private readonly CancellationToken _cancellation;
    private bool _any;
    private bool _finished;

    /// <summary>Begins a video.</summary>
    /// <param name="path">The file to write; an existing one is replaced at the end.</param>
    /// <param name="size">Columns and rows of every picture, in pixels. H.264 has even sides: an odd one grows by a black line.</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="quality">x264's constant rate factor, 0 (lossless) to 51; 18 looks like the original, 23 is usual.</param>
    /// <param name="cancellation">Kills ffmpeg; writing then throws.</param>
    /// <exception cref="ArgumentException">A side is not from 1 to 16384, the rate not above 0, or the quality out of range.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">ffmpeg is not installed.</exception>
    public VideoWriter(string path, PixelSize size, FrameRate rate, int quality = 20, CancellationToken cancellation = default)
    {
        if (size.Width is < 1 or > 16384 || size.Height is < 1 or > 16384)
            throw new ArgumentException($"a video has sides of 1 to 16384 pixels, not {size}", nameof(size));
        if (rate.Numerator < 1 || rate.Denominator < 1)
            throw new ArgumentException($"{rate} is no frame rate", nameof(rate));
        ArgumentOutOfRangeException.ThrowIfNegative(quality);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 51);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: no such folder");

        Size = size;
        _path = path;
        _temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        _cancellation = cancellation;
        // x264's bytes depend on its number of threads, so that is fixed.
        string[] arguments =
        [
            "-hide_banner", "-v", "error", "-xerror", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-s", $"{size.Width}x{size.Height}", "-framerate", rate.ToString(), "-i", "pipe:0",
            "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-preset", "veryfast", "-threads", "2", "-pix_fmt", "yuv420p",
            "-crf", quality.ToString(CultureInfo.InvariantCulture),
            "-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart", "-f", "mp4", "file:" + Path.GetFullPath(_temporary),
        ];
        _ffmpeg = new FfmpegProcess("ffmpeg", arguments, pipeInput: true, listen: null, cancellation);
    }

    /// <summary>Columns and rows of every picture, in pixels.</summary>
    public PixelSize Size { get; }

    /// <summary>Appends a picture.</summary>
    /// <param name="image">Of the video's size; not needed afterwards.</param>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    /// <exception cref="IOException">ffmpeg gave up; with its words.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Write(Image image)
    {
        if (image.Size != Size)
            throw new ArgumentException($"the video has pictures of {Size} pixels, not {image.Size}", nameof(image));
        ObjectDisposedException.ThrowIf(_finished, this);
        try
        {
            _ffmpeg.Input.Write(image.Pixels);
            GC.KeepAlive(image);
            _any = true;
        }
        catch (IOException)
        {
            throw Failure();
        }
    }

    /// <summary>Ends the video; the file is there when this returns.</summary>
    /// <exception cref="InvalidOperationException">No picture was written.</exception>
    /// <exception cref="IOException">ffmpeg gave up, as when the disk is full; with its words.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Finish()
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        if (!_any)
            throw new InvalidOperationException($"{_path}: a video needs at least one picture");
        try
        {
            _ffmpeg.Input.Dispose();
        }
        catch (IOException)
        {
            throw Failure();
        }
        if (_ffmpeg.WaitForExit() != 0)
            throw Failure();
        using (var file = new FileStream(_temporary, FileMode.Open, FileAccess.ReadWrite))
            file.Flush(flushToDisk: true);
        File.Move(_temporary, _path, overwrite: true);
        _finished = true;
    }

    /// <summary>Ends ffmpeg, and deletes what an unfinished video left.</summary>
    public void Dispose()
    {
        _ffmpeg.Dispose();
        if (!_finished)
            File.Delete(_temporary);
        _finished = true;
    }

    private Exception Failure()
    {
        _ffmpeg.WaitForExit();
        return _cancellation.IsCancellationRequested
            ? new OperationCanceledException(_cancellation)
            : new IOException($"{_path}: the video cannot be written: {_ffmpeg.Words}");
    }
}
