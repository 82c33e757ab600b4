using System.Globalization;
using System.Text.Json;

namespace Magma.Vision;

/// <summary>Reads what a video file says about itself, with ffprobe.</summary>
public static class VideoProbe
{
    /// <summary>The version of ffmpeg that is used, such as <c>5.1.9-0+deb12u1</c>.</summary>
    /// <exception cref="FileNotFoundException">ffmpeg is not installed.</exception>
    public static string FfmpegVersion
    {
        get
        {
            using var ffmpeg = new FfmpegProcess("ffmpeg", ["-version"], pipeInput: false, listen: null, CancellationToken.None);
            using var reader = new StreamReader(ffmpeg.Output);
            return reader.ReadToEnd().Split(' ', 4) is ["ffmpeg", "version", var version, ..] ? version : "of unknown version";
        }
    }

    /// <summary>Reads the header of a video file. The first video stream counts; cover pictures of music do not.</summary>
    /// <param name="path">The file. Nothing else is opened, also when the file names other files or network addresses.</param>
    /// <param name="cancellation">Ends the program that reads.</param>
    /// <exception cref="FileNotFoundException">The file does not exist, or ffmpeg is not installed.</exception>
    /// <exception cref="InvalidDataException">The file is no video, broken, or holds no moving picture; with ffprobe's words.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static VideoInfo Read(string path, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file", path);
        string[] arguments =
        [
            "-v", "error", "-of", "json", "-select_streams", "V:0",
            "-show_entries", "stream=codec_name,width,height,avg_frame_rate,r_frame_rate,nb_frames,duration:stream_side_data=rotation"
                + ":format=format_name,duration",
            .. FfmpegProcess.InputFile(path),
        ];
        using var ffprobe = new FfmpegProcess("ffprobe", arguments, pipeInput: false, listen: null, cancellation);
        using var output = new MemoryStream();
        ffprobe.Output.CopyTo(output);
        int status = ffprobe.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        if (status != 0)
            throw new InvalidDataException($"{path}: this is no video that ffmpeg reads: {Words(ffprobe)}");
        output.Position = 0;
        using JsonDocument answer = JsonDocument.Parse(output);
        JsonElement root = answer.RootElement;
        if (!root.TryGetProperty("streams", out JsonElement streams) || streams.GetArrayLength() == 0)
            throw new InvalidDataException($"{path}: the file holds no video stream{Also(ffprobe)}");

        JsonElement stream = streams[0], container = root.GetProperty("format");
        int width = Number(stream, "width"), height = Number(stream, "height");
        if (width < 1 || height < 1)
            throw new InvalidDataException($"{path}: the size of the video cannot be told{Also(ffprobe)}");
        int rotation = Rotation(stream);
        FrameRate? nominal = FrameRate.Parse(Text(stream, "r_frame_rate")), mean = FrameRate.Parse(Text(stream, "avg_frame_rate"));
        if ((mean ?? nominal) is not { } rate)
            throw new InvalidDataException($"{path}: the frame rate of the video cannot be told{Also(ffprobe)}");
        return new(
            path,
            rotation is 90 or 270 ? new(height, width) : new(width, height),
            rotation,
            rate,
            nominal ?? rate,
            Seconds(Text(stream, "duration")) ?? Seconds(Text(container, "duration")),
            long.TryParse(Text(stream, "nb_frames"), NumberStyles.None, CultureInfo.InvariantCulture, out long frames) ? frames : null,
            Text(stream, "codec_name") ?? "unknown",
            Text(container, "format_name") ?? "unknown");
    }

    private static string Words(FfmpegProcess process) => process.Words is { Length: > 0 } words ? words : "it says nothing more";

    private static string Also(FfmpegProcess process) => process.Words is { Length: > 0 } words ? $": {words}" : "";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int number) ? number : 0;

    private static TimeSpan? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
        && seconds >= 0 && seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(seconds) : null;

    // The display matrix states degrees counter-clockwise; ffmpeg turns frames by whole quarters.
    private static int Rotation(JsonElement stream)
    {
        if (!stream.TryGetProperty("side_data_list", out JsonElement list))
            return 0;
        foreach (JsonElement data in list.EnumerateArray())
        {
            if (data.TryGetProperty("rotation", out JsonElement value) && value.TryGetDouble(out double degrees))
                return ((int)Math.Round(-degrees / 90) % 4 + 4) % 4 * 90;
        }
        return 0;
    }
}
