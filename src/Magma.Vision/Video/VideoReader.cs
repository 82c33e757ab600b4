using System.Collections.Concurrent;
using System.Globalization;

namespace Magma.Vision;

/// <summary>
/// Reads the frames of a video one after the other, through an ffmpeg process that decodes ahead by a few frames. Memory does not grow with
/// the length of the video. For one thread; disposing ends ffmpeg at once.
/// </summary>
public sealed class VideoReader : IDisposable
{
    private const int MostFramesAhead = 16;
    private const int MostBytesAhead = 32 << 20;
    private const string FrameLine = "frame:";

    // Here ffmpeg finds the key frame before a time. In others it lands anywhere and loses frames, so those are decoded from the start.
    private static readonly string[] IndexedContainers = ["mp4", "matroska"];

    private readonly FfmpegProcess _ffmpeg;
    private readonly VideoReadOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenSource _disposed = new();
    private readonly BlockingCollection<TimeSpan> _times = [];
    private readonly BlockingCollection<byte[]> _empty = [];
    private readonly BlockingCollection<(byte[] Pixels, int Length)> _full = [];
    private readonly Thread _pump;
    private bool _ended;
    private bool _any;

    private VideoReader(VideoInfo info, VideoReadOptions options, CancellationToken cancellation)
    {
        Info = info;
        FrameSize = options.Size ?? info.Size;
        FrameBytes = checked((int)(FrameSize.Area * (int)options.Pixels));
        _options = options;
        _cancellation = cancellation;
        _ffmpeg = new FfmpegProcess("ffmpeg", Arguments(), pipeInput: false, Listen, cancellation);
        _pump = new Thread(Pump) { IsBackground = true, Name = "video frames" };
        _pump.Start();
    }

    /// <summary>What the header says.</summary>
    public VideoInfo Info { get; }

    /// <summary>Columns and rows of the frames that are read, in pixels.</summary>
    public PixelSize FrameSize { get; }

    /// <summary>Bytes of a frame: columns × rows × (3 for RGB, 1 for gray).</summary>
    public int FrameBytes { get; }

    /// <summary>Opens a video.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which frames, and how; null for every frame in colour.</param>
    /// <param name="cancellation">Ends reading: ffmpeg is killed, and reading throws.</param>
    /// <exception cref="FileNotFoundException">The file does not exist, or ffmpeg is not installed.</exception>
    /// <exception cref="InvalidDataException">The file is no video, broken, or its frames are larger than the limit.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VideoReader Open(string path, VideoReadOptions? options = null, CancellationToken cancellation = default) =>
        Open(VideoProbe.Read(path, cancellation), options, cancellation);

    /// <summary>Opens a video whose header was read before.</summary>
    /// <param name="info">The header.</param>
    /// <param name="options">Which frames, and how; null for every frame in colour.</param>
    /// <param name="cancellation">Ends reading: ffmpeg is killed, and reading throws.</param>
    /// <exception cref="InvalidDataException">The frames are larger than the limit.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static VideoReader Open(VideoInfo info, VideoReadOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= VideoReadOptions.Default;
        options.Validate();
        long most = Math.Min(options.MaxPixels, int.MaxValue / (int)options.Pixels);
        if (info.Size.Area > most)
        {
            throw new InvalidDataException(
                $"{info.Path}: the header states frames of {info.Size} pixels ({info.Size.Area} in all), over the limit of {most}");
        }
        return new(info, options, cancellation);
    }

    /// <summary>Reads the next frame.</summary>
    /// <param name="pixels">Receives <see cref="FrameBytes"/> bytes, row by row from the top without gaps.</param>
    /// <param name="time">When the frame is shown, counted from the start of the video, to the microsecond.</param>
    /// <returns>False at the end of the video, where nothing is written.</returns>
    /// <exception cref="ArgumentException">There is less room than a frame takes.</exception>
    /// <exception cref="InvalidDataException">
    /// The video is broken or cut off at this place (all frames before it were read), or not one frame could be decoded; with ffmpeg's
    /// words.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
    public bool Read(Span<byte> pixels, out TimeSpan time)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        if (pixels.Length < FrameBytes)
            throw new ArgumentException($"a frame takes {FrameBytes} bytes, but there is room for {pixels.Length}", nameof(pixels));
        _cancellation.ThrowIfCancellationRequested();
        time = default;
        if (_ended)
            return false;
        if (!_full.TryTake(out var frame, Timeout.Infinite, _cancellation) || frame.Length < FrameBytes)
        {
            End(frame.Length);
            return false;
        }
        // ffmpeg states the time of a frame before it writes the pixels.
        if (!_times.TryTake(out time, Timeout.Infinite, _cancellation))
            throw new InvalidDataException($"{Info.Path}: ffmpeg gave a frame without its time: {_ffmpeg.Words}");
        if (_options.Length is { } length && time >= _options.Start + length)
        {
            _ended = true;
            time = default;
            return false;
        }
        frame.Pixels.AsSpan(0, FrameBytes).CopyTo(pixels);
        _empty.Add(frame.Pixels);
        _any = true;
        return true;
    }

    /// <summary>Reads the next frame into a picture.</summary>
    /// <param name="image">Receives the pixels; of the size <see cref="FrameSize"/>. The reader must read colour.</param>
    /// <param name="time">When the frame is shown, counted from the start of the video, to the microsecond.</param>
    /// <returns>False at the end of the video, where nothing is written.</returns>
    /// <exception cref="ArgumentException">The picture has another size, or the reader reads gray frames.</exception>
    /// <exception cref="InvalidDataException">The video is broken or cut off at this place, or not one frame could be decoded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool Read(Image image, out TimeSpan time)
    {
        if (image.Size != FrameSize || _options.Pixels != FramePixels.Rgb)
        {
            throw new ArgumentException(
                $"frames are {_options.Pixels} of {FrameSize} pixels, the picture is Rgb of {image.Size}", nameof(image));
        }
        bool read = Read(image.Pixels, out time);
        GC.KeepAlive(image);
        return read;
    }

    /// <summary>Ends ffmpeg, if it still runs, and gives its buffers back.</summary>
    public void Dispose()
    {
        if (_disposed.IsCancellationRequested)
            return;
        _disposed.Cancel();
        _ffmpeg.Kill();
        _pump.Join();
        _ffmpeg.Dispose();
        _times.Dispose();
        _empty.Dispose();
        _full.Dispose();
    }

    private string[] Arguments()
    {
        var filters = new List<string>();
        string start = Text(_options.Start.TotalSeconds);
        bool seeks = _options.Start > TimeSpan.Zero && IndexedContainers.Any(Info.Container.Split(',').Contains);
        if (_options.Start > TimeSpan.Zero && !seeks)
            filters.Add($"trim=start={start}");
        if (_options.Rate is { } rate)
            filters.Add($"fps={rate}");
        if (_options.Step > 1)
            filters.Add($"select=not(mod(n\\,{_options.Step}))");
        // A metadata filter prints the times, but only of frames that have metadata.
        filters.AddRange(
        [
            $"scale={FrameSize.Width}:{FrameSize.Height}:flags=area" + (_options.Pixels == FramePixels.Rgb ? "+accurate_rnd" : ""),
            "settb=AVTB", "metadata=add:key=m:value=1", @"metadata=print:file=pipe\\:2:direct=1",
        ]);
        return
        [
            "-nostdin", "-hide_banner", "-v", "error", "-xerror", "-copyts", "-start_at_zero", "-max_pixels", Text(_options.MaxPixels),
            .. seeks ? (string[])["-ss", start] : [],
            .. FfmpegProcess.InputFile(Info.Path),
            "-map", "0:V:0", "-an", "-sn", "-dn", "-vf", string.Join(',', filters), "-fps_mode", "passthrough",
            // By default times are rounded to the mean rate, so that two may coincide, which ends ffmpeg.
            "-enc_time_base", "1:1000000", "-f", "rawvideo", "-pix_fmt", _options.Pixels == FramePixels.Rgb ? "rgb24" : "gray", "pipe:1",
        ];
    }

    private static string Text(IFormattable number) => number.ToString(number is double ? "F6" : null, CultureInfo.InvariantCulture);

    // frame:12   pts:400000  pts_time:0.4
    private bool Listen(string? line)
    {
        if (line is null)
        {
            _times.CompleteAdding();
            return true;
        }
        if (!line.StartsWith(FrameLine, StringComparison.Ordinal))
            return line.StartsWith("m=", StringComparison.Ordinal);
        int at = line.IndexOf("pts:", StringComparison.Ordinal) + "pts:".Length;
        int end = line.IndexOf(' ', at);
        ReadOnlySpan<char> number = line.AsSpan(at, (end < 0 ? line.Length : end) - at);
        _times.Add(TimeSpan.FromMicroseconds(long.TryParse(number, CultureInfo.InvariantCulture, out long time) ? time : 0));
        return true;
    }

    private void Pump()
    {
        try
        {
            int length = FrameBytes;
            int spare = Math.Clamp(MostBytesAhead / FrameBytes, 2, MostFramesAhead);
            while (length == FrameBytes)
            {
                if (!_empty.TryTake(out byte[]? buffer))
                    buffer = spare-- > 0 ? GC.AllocateUninitializedArray<byte>(FrameBytes) : _empty.Take(_disposed.Token);
                length = _ffmpeg.Output.ReadAtLeast(buffer, FrameBytes, throwOnEndOfStream: false);
                _full.Add((buffer, length));
            }
        }
        catch (OperationCanceledException)
        {
            // The reader was disposed of in the middle of the video.
        }
        finally
        {
            _full.CompleteAdding();
        }
    }

    private void End(int rest)
    {
        _ended = true;
        int status = _ffmpeg.WaitForExit();
        _cancellation.ThrowIfCancellationRequested();
        if (status != 0 || rest != 0)
        {
            throw new InvalidDataException(
                $"{Info.Path}: the video is broken or cut off: ffmpeg ended with status {status}; {_ffmpeg.Words}");
        }
        if (!_any && _options.Start == TimeSpan.Zero)
            throw new InvalidDataException($"{Info.Path}: not one frame could be decoded; {_ffmpeg.Words}");
    }
}
