namespace Magma.Data;

/// <summary>
/// A folder that appears whole or not at all: filled under a name beside its own, then renamed. Disposed of without <see cref="Commit"/>,
/// it leaves nothing behind; after a crash only <c>{name}.partial</c> is left.
/// </summary>
public sealed class AtomicFolder : IDisposable
{
    private readonly string _target;
    private bool _committed;

    private AtomicFolder(string target) => _target = target;

    /// <summary>Where its files are written until the commit.</summary>
    public string Path => _target + AtomicFile.PartialSuffix;

    /// <summary>Begins a folder.</summary>
    /// <param name="path">Its final name: a new or an empty folder.</param>
    /// <exception cref="IOException">Something is there already, finished or not.</exception>
    public static AtomicFolder Create(string path)
    {
        var folder = new AtomicFolder(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        if (File.Exists(folder._target) || (Directory.Exists(folder._target) && Directory.EnumerateFileSystemEntries(folder._target).Any()))
            throw new IOException($"{folder._target} exists already and is not empty; give a new folder.");
        if (System.IO.Path.Exists(folder.Path))
            throw new IOException($"{folder.Path} is there: another run writes it, or was killed. Delete it if no other run does.");
        Directory.CreateDirectory(folder.Path);
        return folder;
    }

    /// <summary>Gives the folder its final name.</summary>
    /// <exception cref="IOException">Something took that name meanwhile.</exception>
    public void Commit()
    {
        if (Directory.Exists(_target)) Directory.Delete(_target);
        Directory.Move(Path, _target);
        _committed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_committed) Directory.Delete(Path, recursive: true);
    }
}
