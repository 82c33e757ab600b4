namespace Magma.Data;

/// <summary>
/// A file that appears whole or not at all: written beside its final name, flushed to the disk, then renamed. Disposed of without
/// <see cref="Commit"/>, it leaves nothing behind; after a crash only <c>{name}.partial</c> is left, which the next writer replaces.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    /// <summary>What the name of an unfinished file ends in.</summary>
    public const string PartialSuffix = ".partial";

    private readonly string _path;
    private bool _committed;

    private AtomicFile(string path)
    {
        _path = path;
        Stream = new FileStream(path + PartialSuffix, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
    }

    /// <summary>The file that is being written; closed by this object.</summary>
    public FileStream Stream { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its final name, which stays free or keeps its old content until the commit; the folder must exist.</param>
    /// <exception cref="IOException">The file cannot be made, or another process is writing it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static AtomicFile Create(string path) => new(path);

    /// <summary>Writes a whole file at once.</summary>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using AtomicFile file = Create(path);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>Flushes the file to the disk and gives it its final name.</summary>
    /// <exception cref="IOException">The disk is full or failed; the final name is untouched.</exception>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_path + PartialSuffix, _path, overwrite: true);
        _committed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_committed) return;
        try
        {
            Stream.Dispose();
        }
        finally
        {
            // Also when closing failed for want of room: what is half must go.
            File.Delete(_path + PartialSuffix);
        }
    }
}
