using System.Diagnostics;

namespace Magma.Vision.Tests;

/// <summary>Looks at the processes of this machine, by the files that their command lines name.</summary>
internal static class Processes
{
    /// <summary>Command lines that name a file, of programs started by tests.</summary>
    public static string[] Naming(string file, string program = "")
    {
        var found = new List<string>();
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            try
            {
                string line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                if (line.Contains(file) && line.Contains(program) && !line.Contains("Magma.Vision.Tests.dll"))
                    found.Add(line);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not a process, or one that ended meanwhile.
            }
        }
        return [.. found];
    }

    /// <summary>Whether every process that names a file is gone within ten seconds.</summary>
    public static bool SoonNone(string file)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(10); Thread.Sleep(20))
        {
            if (Naming(file).Length == 0)
                return true;
        }
        return false;
    }

    /// <summary>Starts the program of this assembly.</summary>
    public static Process StartOurs(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Magma.Vision.Tests.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
}
