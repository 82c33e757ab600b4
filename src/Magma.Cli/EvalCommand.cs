using System.CommandLine;

namespace Magma.Cli;

/// <summary><c>magma eval</c>: how good something is, beside a truth.</summary>
internal static class EvalCommand
{
    public static Command Create() => new("eval", "Measure how good something is, beside a truth.") { EvalScreensCommand.Create() };
}
