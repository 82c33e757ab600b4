using System.Security.Cryptography;
using System.Text;

namespace Magma.Cli;

/// <summary>
/// Where the normalisation statistics of data sets are kept between runs, a file per folder of a data set: below XDG_CACHE_HOME, else .cache of
/// the user's home, else, where neither can be written to, the folder for temporary files.
/// </summary>
internal static class StatisticsCache
{
    /// <summary>What a run's copy of the statistics is called in its output folder.</summary>
    public const string FileName = "dataset_statistics.json";

    /// <summary>The file of a data set, which may not be there yet.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="folder">Its folder, a full path.</param>
    public static string PathFor(string name, string folder)
    {
        // Another version of this program may read actions in another way.
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{AnnotateOptions.Tool}\n{folder}")))[..16];
        return Path.Combine(Folder(), $"{name}-{key}-{FileName}");
    }

    private static string Folder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), home = Environment.GetEnvironmentVariable("HOME");
        string? wanted = !string.IsNullOrEmpty(cache) ? cache : !string.IsNullOrEmpty(home) ? Path.Combine(home, ".cache") : null;
        if (wanted is not null)
        {
            try
            {
                return Directory.CreateDirectory(Path.Combine(wanted, "magma")).FullName;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"Statistics are not kept in {wanted}: {problem.Message}");
            }
        }

        return Directory.CreateTempSubdirectory("magma-").FullName;
    }
}
