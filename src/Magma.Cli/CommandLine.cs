using System.CommandLine;

namespace Magma.Cli;

/// <summary>Runs the command tree and turns the user's mistakes into one message and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Everything that was asked for was done.</summary>
    public const int Success = 0;

    /// <summary>The command could not be done, or some of its inputs failed.</summary>
    public const int Failure = 1;

    /// <summary>The user stopped the command.</summary>
    public const int Cancelled = 130;

    /// <summary>How commands are invoked: exceptions and signals are handled in <see cref="Run"/>, once.</summary>
    public static InvocationConfiguration Configuration { get; } =
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    /// <summary>This program's version, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);

    public static async Task<int> Run(RootCommand root, string[] args)
    {
        using var stop = new CancellationTokenSource();
        // The first Ctrl-C asks the command to end cleanly; a second one is left to the runtime and ends the process.
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            context =>
            {
                context.Cancel = true;
                stop.Cancel();
            });
        try
        {
            return await root.Parse(args).InvokeAsync(Configuration, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped.");
            return Cancelled;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {problem.Message}");
            return Failure;
        }
    }
}
