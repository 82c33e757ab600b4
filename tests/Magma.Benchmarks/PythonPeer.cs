using System.Diagnostics;

namespace Magma.Benchmarks;

/// <summary>Runs a peer program of <c>peers/</c> with Debian's own Python, whose packages come from apt.</summary>
internal static class PythonPeer
{
    private const string Python = "/usr/bin/python3";

    /// <summary>What the peer writes to standard output. Its Debian package is installed on first use.</summary>
    /// <exception cref="InvalidOperationException">
    /// The package cannot be installed, or the peer failed; the message says what to do.
    /// </exception>
    public static string Run(string script, string module, string package, params string[] arguments)
    {
        Require(module, package);
        var (code, output, errors) = OwnProcess.Run(Python, [Path.Combine(AppContext.BaseDirectory, "peers", script), .. arguments]);
        return code == 0 ? output : throw new InvalidOperationException($"{script} ended with {code}: {errors}");
    }

    /// <summary>Starts a peer that answers requests line by line; its errors go to ours. The caller disposes of it.</summary>
    /// <exception cref="InvalidOperationException">The package cannot be installed; the message says what to do.</exception>
    public static Process Open(string script, string module, string package)
    {
        Require(module, package);
        return Process.Start(new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "peers", script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    private static void Require(string module, string package)
    {
        if (OwnProcess.Run(Python, ["-c", $"import {module}"]).Code == 0)
        {
            return;
        }

        if (!string.Equals(Environment.UserName, "root", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"the peer needs {package}; ask an administrator to run: apt-get install -y {package}");
        }

        Console.WriteLine($"Installing {package} for the peer …");
        if (OwnProcess.Run("apt-get", ["install", "-y", package]) is { Code: not 0 } failed)
        {
            throw new InvalidOperationException($"apt-get install -y {package} ended with {failed.Code}: {failed.Errors}");
        }
    }
}
