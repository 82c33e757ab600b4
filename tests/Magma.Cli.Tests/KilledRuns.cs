using System.Diagnostics;
using Magma.Testing;

namespace Magma.Cli.Tests;

/// <summary>Runs that are killed again and again and gone on with, beside one that was left alone.</summary>
internal static class KilledRuns
{
    /// <summary>Labels <c>folder["in"]</c> in one go, then with kills at random moments, and compares every byte of the two results.</summary>
    public static void EndAsOneThatWasLeftAlone(TemporaryFolder folder, int kills, int seed, string kind, params string[] options)
    {
        string[] command = ["annotate", kind, folder["in"], "--out", folder["out"], .. options];
        (int code, string output) = MagmaProcess.Run(command);
        Assert.True(code == 0, output);
        string whole = FolderBytes.Fingerprint(folder["out"]);
        Directory.Delete(folder["out"], recursive: true);

        var random = new Random(seed);
        for (int kill = 0; kill < kills; kill++)
        {
            using Process process = MagmaProcess.Start([.. command, "--resume", "--workers", "2"]);
            // From the first file on, so that every kill meets work.
            while (!process.HasExited && !Directory.Exists(folder["out", ".run"])) Thread.Sleep(5);
            Thread.Sleep(random.Next(1500));
            process.Kill();
            process.WaitForExit();
        }

        (code, output) = MagmaProcess.Run([.. command, "--resume", "--workers", "1"]);
        Assert.True(code == 0, output);
        Assert.Equal(whole, FolderBytes.Fingerprint(folder["out"]));
    }
}
