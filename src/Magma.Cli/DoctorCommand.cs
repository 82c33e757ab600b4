using System.CommandLine;

namespace Magma.Cli;

/// <summary><c>magma doctor</c>: what is installed, with versions, and what would be used.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Show what is installed, with versions, and what would be used.");
        command.SetAction(_ =>
        {
            Console.WriteLine($".NET {Environment.Version}");
            return CommandLine.Success;
        });
        return command;
    }
}
