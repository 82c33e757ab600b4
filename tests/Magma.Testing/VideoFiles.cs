using System.Buffers.Binary;
using System.Diagnostics;

namespace Magma.Testing;

/// <summary>Makes videos with ffmpeg, and damages them.</summary>
public static class VideoFiles
{
    /// <summary>Runs ffmpeg; what it writes is replaced.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its words.</exception>
    public static void Ffmpeg(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo("ffmpeg", ["-nostdin", "-y", "-v", "error", "-threads", "2", .. arguments]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ffmpeg ended with {process.ExitCode}: {errors}");
    }

    /// <summary>Lets the header of a Matroska file claim ten hours: element 0x4489, eight bytes, milliseconds as a big-endian double.</summary>
    public static void ClaimTenHours(byte[] matroska)
    {
        BinaryPrimitives.WriteDoubleBigEndian(matroska.AsSpan(Find(matroska, [0x44, 0x89, 0x88]) + 3), 36_000_000);
    }

    /// <summary>Empties an MP4 file's tables of the frames' sizes and places; its header still claims the frames.</summary>
    public static void EmptyTheIndex(byte[] mp4)
    {
        mp4.AsSpan(Find(mp4, "stsz"u8) + 12, 4).Clear();
        mp4.AsSpan(Find(mp4, "stco"u8) + 8, 4).Clear();
    }

    private static int Find(byte[] file, ReadOnlySpan<byte> mark) => file.AsSpan().IndexOf(mark) is >= 0 and int at
        ? at : throw new InvalidOperationException($"no {Convert.ToHexString(mark)} in the file");
}
