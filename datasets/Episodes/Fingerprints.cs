using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Magma.Datasets.Episodes;

/// <summary>Names a set of files by what changes when they change, without reading them.</summary>
internal static class Fingerprints
{
    public static string Of(string folder, IEnumerable<string> files)
    {
        var text = new StringBuilder();
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            var info = new FileInfo(file);
            long length = info.Exists ? info.Length : -1;
            text.Append(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(folder, file)} {length} {info.LastWriteTimeUtc.Ticks}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
