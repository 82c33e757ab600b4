using System.Diagnostics;

namespace Magma.Cli.Tests;

/// <summary>The program as its users start it: in a process of its own, which can be killed.</summary>
internal static class MagmaProcess
{
    public static Process Start(params string[] arguments) => StartWith([], arguments);

    /// <summary>Starts it with variables of its environment set, <c>NAME=value</c> each.</summary>
    public static Process StartWith(string[] environment, params string[] arguments) => Process.Start(new ProcessStartInfo(
        // A shell that runs the tests in the background hands down an ignored SIGINT, which a program must respect.
        "env", ["--default-signal=INT", .. environment, "dotnet", typeof(AnnotateOptions).Assembly.Location, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    public static (int Code, string Output) Run(params string[] arguments) => Finish(Start(arguments));

    /// <summary>Runs it to its end; what it printed as results and what as messages stay apart.</summary>
    public static (int Code, string Output, string Errors) RunApart(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    public static (int Code, string Output) Finish(Process process)
    {
        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd() + errors.Result;
            process.WaitForExit();
            return (process.ExitCode, output);
        }
    }
}
