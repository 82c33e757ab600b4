using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Magma.Datasets.Samples;

/// <summary>
/// Makes sample keys from the ids of foreign data sets: kept where they are good keys, otherwise changed the same way every time.
/// </summary>
internal sealed class SampleKeys
{
    private const int LongestKey = 80;

    // Only hashes are kept, so that ten million keys take 200 MB and not a gigabyte.
    private readonly HashSet<ulong> taken = [];
    private long ordinal;

    /// <summary>The key for the next entry.</summary>
    /// <param name="id">Its id, or null.</param>
    public string For(string? id)
    {
        string wanted = id is null ? string.Create(CultureInfo.InvariantCulture, $"item-{ordinal:d9}") : IsKey(id) ? id : Derived(id);
        string key = wanted;
        for (int copy = 2; !taken.Add(HashOf(key)); copy++)
        {
            string suffix = string.Create(CultureInfo.InvariantCulture, $"-{copy}");
            key = wanted[..Math.Min(wanted.Length, LongestKey - suffix.Length)] + suffix;
        }

        ordinal++;
        return key;
    }

    private static bool IsKey(string id) => id.Length is > 0 and <= LongestKey && id.All(IsKeyCharacter);

    private static bool IsKeyCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    private static string Derived(string id)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 5));
        string readable = new([.. id.Select(character => IsKeyCharacter(character) ? character : '_').Take(LongestKey - hash.Length - 1)]);
        return $"{readable}-{hash}";
    }

    private static ulong HashOf(string key) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
