using System.Security.Cryptography;

namespace Magma.Testing;

/// <summary>What a folder holds, to compare two of them.</summary>
public static class FolderBytes
{
    /// <summary>Every file below a folder, hidden ones too, with its content's SHA-256, a line each, in ordinal order.</summary>
    public static string Fingerprint(string folder) => string.Join('\n', Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetRelativePath(folder, path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}"));
}
