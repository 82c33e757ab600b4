using System.Diagnostics;

namespace Magma.Testing;

/// <summary>A new folder that is deleted, with what a test left in it, when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("magma-test-").FullName;

    /// <summary>A path inside the folder; nothing is created.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes a named pipe of that name that nobody writes to, and gives its path.</summary>
    public string Pipe(string name)
    {
        using Process make = Process.Start("mkfifo", this[name]);
        make.WaitForExit();
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
