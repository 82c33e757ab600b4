namespace Magma.Data;

/// <summary>Files beside the weights or the samples that are read whole: settings, tables, vocabularies.</summary>
public static class SmallFile
{
    /// <summary>The most bytes of such a file; the largest known, a tokenizer of many languages, has 33 MB.</summary>
    public const int MaxBytes = 256 << 20;

    /// <summary>Reads a whole file; of a link, the file that it leads to.</summary>
    /// <exception cref="InvalidDataException">It is empty, a folder, a pipe or a device, or larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        if (Directory.Exists(path)) throw new InvalidDataException($"{path} is a folder; a file was expected.");
        string full = Path.GetFullPath(path);
        long size = new FileInfo(File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full).Length;
        // Known before it is opened: opening a pipe that nobody writes to waits for ever, and some devices never end.
        if (size == 0) throw new InvalidDataException($"{path} is empty, or a pipe or device; an ordinary file with content was expected.");
        if (size > MaxBytes) throw new InvalidDataException($"{path} has {size:N0} bytes; files of its kind have at most {MaxBytes:N0}.");
        return File.ReadAllBytes(full);
    }
}
