using System.CommandLine;

namespace Magma.Cli.Tests;

public sealed class HelpTests
{
    private static readonly RootCommand Root = MagmaCommands.Create();

    public static TheoryData<string> Commands => [.. Leaves(Root).Select(Examples.PathOf)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_help_of_a_command_says_what_it_does_and_shows_examples_that_parse(string command)
    {
        var output = new StringWriter();

        int code = Root.Parse([.. command.Split(' '), "--help"]).Invoke(new InvocationConfiguration { Output = output });

        Assert.Equal(CommandLine.Success, code);
        Assert.Contains("Description:", output.ToString());
        Assert.Contains("Examples:\n  magma " + command, output.ToString());
        foreach ((string line, _) in Examples.ByCommand[command])
        {
            ParseResult parsed = Root.Parse(line);
            Assert.Empty(parsed.Errors);
            Assert.Equal(command, Examples.PathOf(parsed.CommandResult.Command));
        }
    }

    [Fact]
    public void A_command_that_is_not_there_is_refused_with_the_nearest_names()
    {
        (int code, string output) = MagmaProcess.Run("anotate");
        Assert.NotEqual(CommandLine.Success, code);
        Assert.Contains("annotate", output);
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
